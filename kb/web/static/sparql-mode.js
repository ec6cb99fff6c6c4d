// SPARQL for the Ace editor: what the parts of a query are, and a theme whose colours are those of the page.
"use strict";
ace.define("ace/mode/kb_sparql", ["require", "exports", "ace/lib/oop", "ace/mode/text", "ace/mode/text_highlight_rules"], (require, exports) => {
  const oop = require("ace/lib/oop");
  const TextMode = require("ace/mode/text").Mode;
  const TextRules = require("ace/mode/text_highlight_rules").TextHighlightRules;
  const KEYWORDS = "ADD|ALL|AS|ASC|ASK|BASE|BIND|BY|CONSTRUCT|DEFAULT|DESC|DESCRIBE|DISTINCT|EXISTS|FILTER|FROM|GRAPH|GROUP|HAVING|IN|LIMIT|MINUS|NAMED|NOT|OFFSET|OPTIONAL|ORDER|PREFIX|REDUCED|SELECT|SEPARATOR|SERVICE|SILENT|UNDEF|UNION|VALUES|WHERE";

  function Rules() {
    const text = (mark, next) => ({ token: "string", regex: mark, next });
    this.$rules = {
      start: [
        { token: "comment", regex: "#.*$" },
        { token: "string.link", regex: "<[^<>\"{}|^`\\\\\\s]*>" },
        text('"""', "long"),
        text("'''", "long2"),
        { token: "string", regex: '"(?:[^"\\\\]|\\\\.)*"|\'(?:[^\'\\\\]|\\\\.)*\'' },
        { token: "invalid", regex: '"(?:[^"\\\\]|\\\\.)*$|\'(?:[^\'\\\\]|\\\\.)*$' },
        { token: "constant.language", regex: "@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*" },
        { token: "variable", regex: "[?$][\\w\\u00b7-\\uffff]+" },
        { token: "entity.name", regex: "(?:[A-Za-z\\u00c0-\\uffff][\\w.\\u00c0-\\uffff-]*)?:(?:[\\w\\u00b7-\\uffff:%-](?:[\\w.\\u00b7-\\uffff:%-]*[\\w\\u00b7-\\uffff:%-])?)?" },
        { token: "constant.numeric", regex: "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?\\b" },
        { token: "constant.language", regex: "\\b(?:true|false)\\b", caseInsensitive: true },
        { token: "keyword", regex: `\\b(?:${KEYWORDS})\\b`, caseInsensitive: true },
        { token: "keyword", regex: "\\ba\\b" },
        { token: "support.function", regex: "\\b[A-Za-z_][A-Za-z_0-9]*(?=\\s*\\()" },
        { token: "paren.lparen", regex: "[[({]" },
        { token: "paren.rparen", regex: "[\\])}]" },
        { token: "text", regex: "\\s+" },
      ],
      long: [text('"""', "start"), { defaultToken: "string" }],
      long2: [text("'''", "start"), { defaultToken: "string" }],
    };
    this.normalizeRules();
  }
  oop.inherits(Rules, TextRules);

  function Mode() {
    TextMode.call(this);
    this.HighlightRules = Rules;
    this.lineCommentStart = "#";
    this.$id = "ace/mode/kb_sparql";
  }
  oop.inherits(Mode, TextMode);
  Mode.prototype.getNextLineIndent = function (state, line, tab) {
    const indent = this.$getIndent(line);
    return /[{(]\s*(#.*)?$/.test(line) ? indent + tab : indent;
  };
  exports.Mode = Mode;
});

ace.define("ace/theme/kb", ["require", "exports"], (require, exports) => {
  exports.isDark = false; // the colours follow the page's, which knows the scheme
  exports.cssClass = "ace-kb";
  exports.cssText = ""; // static/sparql.css
});
