// What the editor of queries completes: terms with what they mean, functions, ?variables, and entities by their name.
"use strict";
const sparqlCompleter = (base) => {
  const LETTER = /[\w:?$\-\u00b7-\uffff]/;
  // A name that is being typed: behind a "<" that no IRI has begun with, or behind a quotation mark.
  const NAME = /(?:<([^<>="{}|^`\\:/?]{2,80})|"([^"\\]{2,80}))$/;
  let terms = null;
  let asked = null;

  async function load() {
    if (!terms) {
      const answer = await fetch("/sparql/terms", { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      terms = await answer.json();
    }
    return terms;
  }

  async function entities(name) {
    if (asked) asked.abort();
    asked = new AbortController();
    const answer = await fetch(`/complete?limit=12&q=${encodeURIComponent(name)}`, { signal: asked.signal });
    return answer.ok ? (await answer.json()).results : [];
  }

  const declared = (session, prefix) =>
    new RegExp(`^\\s*PREFIX\\s+${prefix.replace(/[^\w-]/g, "")}\\s*:`, "im").test(session.getValue());

  // The declaration goes above all else, so that the term can be used at once.
  function declare(session, prefix) {
    const known = terms.prefixes.find((one) => one.name === prefix);
    if (known && !declared(session, prefix)) {
      session.insert({ row: 0, column: 0 }, `PREFIX ${prefix}: <${known.iri}>\n`);
    }
  }

  function replace(editor, length, text) {
    const { row, column } = editor.getCursorPosition();
    const Range = ace.require("ace/range").Range;
    editor.session.replace(new Range(row, column - length, row, column), text);
  }

  function insertEntity(editor, data) {
    const { row, column } = editor.getCursorPosition();
    const before = editor.session.getLine(row).slice(0, column);
    const typed = NAME.exec(before);
    if (!typed) return;
    replace(editor, typed[0].length, `<${data.iri}>`);
    const at = editor.getCursorPosition();
    const line = editor.session.getLine(at.row);
    const closing = typed[2] === undefined ? ">" : '"';
    if (line[at.column] === closing) {
      editor.session.remove({ start: at, end: { row: at.row, column: at.column + 1 } });
    }
    // The comment goes to the line's end: what stands there must stay part of the query.
    const end = { row: at.row, column: editor.session.getLine(at.row).length };
    editor.session.insert(end, `  # ${data.named}`);
    editor.moveCursorToPosition(at);
  }

  function insertTerm(editor, data) {
    const { row, column } = editor.getCursorPosition();
    const line = editor.session.getLine(row);
    let start = column;
    while (start > 0 && LETTER.test(line[start - 1])) start -= 1;
    replace(editor, column - start, data.text);
    if (data.prefix) declare(editor.session, data.prefix);
  }

  const item = (text, meta, score, more) => ({ caption: text, value: text, text, meta, score, completer, ...more });

  async function names(text) {
    const found = await entities(text.trim());
    return found.map((one, place) => {
      const iri = `${base}id/entity/${one.page.replace("/entities/", "")}`;
      const named = one.name.replace(/[\s\\]+/g, " ");
      const about = [one.types.join(", "), one.qid, one.description, `${one.stances} stances`].filter(Boolean);
      const caption = one.matched === one.name ? one.name : `${one.matched} = ${one.name}`;
      return item(caption, one.types[0] || "entity", 1000 - place, {
        skipFilter: true, insertMatch: insertEntity, iri, named, docText: `${one.name}\n${about.join("\n")}\n<${iri}>`,
      });
    });
  }

  async function words(session, prefix, before) {
    const known = await load();
    if (/\bPREFIX\s+[\w-]*:?$/i.test(before)) {
      return known.prefixes.map((one) => item(`${one.name}: <${one.iri}>`, "prefix", 900));
    }
    if (/^[?$]/.test(prefix)) {
      const used = new Set(session.getValue().match(/[?$]\w+/g));
      used.delete(prefix);
      return [...used].sort().map((name) => item(name, "variable", 900));
    }
    const found = known.terms.map((term) => {
      const text = [term.label, term.definition].filter(Boolean).join(": ");
      const owner = term.name.split(":")[0];
      return item(term.name, term.kind, owner === "st" ? 800 : 700, { prefix: owner, docText: text || known.prefixes.find((one) => one.name === owner).iri });
    });
    if (prefix.includes(":")) return found;
    return [
      ...found,
      ...known.keywords.map((word) => item(word, "keyword", 600)),
      ...known.functions.map((word) => item(`${word}(`, "function", 500)),
      ...known.prefixes.map((one) => item(`${one.name}:`, "prefix", 400, { prefix: one.name, docText: one.iri })),
    ];
  }

  const nameBefore = (editor) => {
    const { row, column } = editor.getCursorPosition();
    const found = NAME.exec(editor.session.getLine(row).slice(0, column));
    return found && (found[1] ?? found[2]);
  };

  const completer = {
    id: "kb",
    identifierRegexps: [LETTER],
    nameBefore,
    load,
    getCompletions(editor, session, position, prefix, callback) {
      const before = session.getLine(position.row).slice(0, position.column);
      const token = session.getTokenAt(position.row, position.column);
      // A number is complete as it stands: the Enter behind it must not put SHA512 in its place.
      if (/^\d/.test(prefix) || (token && token.type === "comment")) return callback(null, []);
      const name = nameBefore(editor);
      (name ? names(name) : words(session, prefix, before))
        .then((found) => callback(null, found))
        .catch(() => callback(null, []));
    },
    insertMatch(editor, data) {
      (data.insertMatch || insertTerm)(editor, data);
    },
  };
  return completer;
};
