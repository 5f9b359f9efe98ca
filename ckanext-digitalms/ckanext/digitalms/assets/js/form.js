/* Repeating blocks of the form: add, remove and move rows, also by keyboard; names follow the order. */
(function () {
  "use strict";

  function rowsOf(block) {
    return Array.from(block.querySelectorAll("[data-dm-list] > [data-dm-row]"));
  }

  function rename(row, block, index) {
    const name = block.dataset.dmRows;
    const pattern = new RegExp("(^|field-)" + name + "__(?:\\d+|NEW)__");
    row.querySelectorAll("[name], [id], [for], [aria-describedby]").forEach(function (element) {
      ["name", "id", "for", "aria-describedby"].forEach(function (attribute) {
        const value = element.getAttribute(attribute);
        if (value) {
          element.setAttribute(attribute, value.split(" ").map(function (part) {
            return part.replace(pattern, "$1" + name + "__" + index + "__");
          }).join(" "));
        }
      });
    });
    row.querySelector("[data-dm-title]").textContent = block.dataset.dmLabel + " " + (index + 1);
  }

  function renumber(block) {
    const rows = rowsOf(block);
    rows.forEach(function (row, index) {
      rename(row, block, index);
      row.querySelector('[data-dm-action="up"]').disabled = index === 0;
      row.querySelector('[data-dm-action="down"]').disabled = index === rows.length - 1;
    });
  }

  function say(block, text, place) {
    const words = text.replace("{title}", block.dataset.dmLabel).replace("{n}", String(place));
    block.querySelector("[data-dm-status]").textContent = words;
  }

  function firstField(row) {
    return row.querySelector("input:not([type=hidden]), select, textarea");
  }

  function add(block) {
    const fragment = block.querySelector("[data-dm-template]").content.cloneNode(true);
    const row = fragment.querySelector("[data-dm-row]");
    block.querySelector("[data-dm-list]").appendChild(row);
    renumber(block);
    firstField(row).focus();
    say(block, block.dataset.dmAdded, rowsOf(block).length);
  }

  function remove(block, row) {
    const place = rowsOf(block).indexOf(row);
    row.remove();
    renumber(block);
    const left = rowsOf(block);
    const next = left[Math.min(place, left.length - 1)];
    (next ? firstField(next) : block.querySelector('[data-dm-action="add"]')).focus();
    say(block, block.dataset.dmRemoved, place + 1);
  }

  function move(block, row, button, isUp) {
    const other = isUp ? row.previousElementSibling : row.nextElementSibling;
    if (!other || !other.hasAttribute("data-dm-row")) {
      return;
    }
    if (isUp) {
      other.before(row);
    } else {
      other.after(row);
    }
    renumber(block);
    (button.disabled ? row.querySelector("[data-dm-action]:not(:disabled)") : button).focus();
    say(block, block.dataset.dmMoved, rowsOf(block).indexOf(row) + 1);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-dm-action]");
    const block = button && button.closest("[data-dm-rows]");
    if (!block) {
      return;
    }
    const row = button.closest("[data-dm-row]");
    switch (button.dataset.dmAction) {
      case "add": add(block); break;
      case "remove": remove(block, row); break;
      case "up": move(block, row, button, true); break;
      case "down": move(block, row, button, false); break;
    }
  });

  // what was typed is not lost by a click beside the form; after an error it is still unsaved
  document.querySelectorAll("form.dm-form").forEach(function (form) {
    let isUnsaved = Boolean(document.querySelector("[data-dm-focus]"));
    function touch() { isUnsaved = true; }
    form.addEventListener("input", touch);
    form.addEventListener("click", function (event) {
      if (event.target.closest("[data-dm-action]")) { touch(); }
    });
    form.addEventListener("submit", function () { isUnsaved = false; });
    window.addEventListener("beforeunload", function (event) {
      if (isUnsaved) { event.preventDefault(); }
    });
  });

  // the empty row for those without scripts would stand between rows
  document.querySelectorAll("[data-dm-list] > noscript").forEach(function (element) {
    element.remove();
  });
  document.querySelectorAll("[data-dm-rows]").forEach(renumber);
  const wrong = document.querySelector("[data-dm-focus]");
  if (wrong) {
    wrong.focus();
  }
})();
