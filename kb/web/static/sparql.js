// Puts an editor in place of the query's text field, which stays what the form sends. Without this the page works too.
"use strict";
(() => {
  const form = document.getElementById("ask");
  const area = document.getElementById("query");
  const longest = Number(form.dataset.longest);
  let editor = null;

  function send() {
    // A long query does not fit into an address.
    form.method = encodeURIComponent(area.value).length > longest - 200 ? "post" : "get";
  }
  form.addEventListener("submit", send);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  function put(text) {
    if (editor) {
      editor.setValue(text, -1); // what was there comes back with Ctrl+Z
      editor.focus();
    } else {
      area.value = text;
      area.focus();
    }
    form.scrollIntoView({ block: "nearest" });
  }

  function showFault(problem) {
    const Range = ace.require("ace/range").Range;
    const row = Number(problem.dataset.line) - 1;
    const column = Number(problem.dataset.column);
    const session = editor.session;
    const range = new Range(row, column, row, Math.max(column + 1, Number(problem.dataset.end)));
    const marker = session.addMarker(range, "kb-fault", "text", true);
    session.setAnnotations([{ row, column, text: problem.dataset.reason, type: "error" }]);
    editor.gotoLine(row + 1, column);
    session.once("change", () => {
      session.removeMarker(marker);
      session.clearAnnotations();
    });
  }

  function openEditor() {
    ace.config.set("useStrictCSP", true);
    ace.config.set("loadWorkerFromBlob", false);
    const host = document.createElement("div");
    host.className = "editor";
    area.after(host);
    editor = ace.edit(host, {
      mode: "ace/mode/kb_sparql", theme: "ace/theme/kb", useWorker: false, value: area.value, minLines: 10, maxLines: 26,
      fontSize: 14, fontFamily: '"Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace', tabSize: 2, showPrintMargin: false, wrap: true, indentedSoftWrap: false, displayIndentGuides: false,
      highlightGutterLine: true, showFoldWidgets: false,
    });
    editor.setOption("textInputAriaLabel", "Query");
    editor.textInput.getElement().setAttribute("aria-describedby", "keys");
    ace.require("ace/ext/language_tools");
    const completer = sparqlCompleter(form.dataset.base);
    editor.setOptions({ enableBasicAutocompletion: [completer], enableLiveAutocompletion: [completer] });
    editor.on("focus", () => completer.load().catch(() => {})); // before the first letter: what comes late is not shown
    for (const key of ["Tab", "Shift-Tab"]) editor.commands.bindKey(key, null); // leaves the field, as everywhere
    editor.commands.addCommand({
      name: "run", bindKey: { win: "Ctrl-Enter", mac: "Command-Enter|Ctrl-Enter" }, exec: () => form.requestSubmit(),
    });
    editor.session.on("change", () => { area.value = editor.getValue(); });
    let waiting = 0;
    editor.commands.on("afterExec", (event) => {
      if (!["insertstring", "backspace"].includes(event.command.name)) return;
      clearTimeout(waiting);
      if (completer.nameBefore(editor)) { // names are asked for anew with each letter
        waiting = setTimeout(() => {
          if (editor.completer) editor.completer.detach();
          if (completer.nameBefore(editor)) editor.execCommand("startAutocomplete");
        }, 150);
      }
    });
    form.classList.add("edited");
    document.getElementById("query-label").addEventListener("click", () => editor.focus());
    document.querySelector(".with-editor").hidden = false;
    const problem = document.getElementById("problem");
    if (problem && problem.dataset.line) showFault(problem);
  }

  // On a touch screen the browser's own field is better: selecting, dictating and correcting work there as usual.
  if (window.ace && !window.matchMedia("(pointer: coarse)").matches) openEditor();

  document.querySelectorAll("[data-example]").forEach((link) => {
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      try {
        const answer = await fetch(`/sparql/examples/${encodeURIComponent(link.dataset.example)}`);
        if (!answer.ok) throw new Error(answer.statusText);
        put((await answer.json()).query);
      } catch {
        location.assign(link.href);
      }
    });
  });

  const share = document.getElementById("share");
  if (share && navigator.clipboard) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second";
    button.textContent = "Copy link";
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "quiet";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(share.href);
        said.textContent = "Copied.";
      } catch {
        said.textContent = "It could not be copied; take the address of the link.";
      }
    });
    share.after(button, said);
  }
})();
