/* Entries of the form: add, remove and move them, by key, by number and by hand; names follow the order.
   Without this script the same buttons and numbers are understood by the server. */
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
    const title = block.dataset.dmLabel + " " + (index + 1);
    row.querySelectorAll("[data-dm-title]").forEach(function (element) { element.textContent = title; });
    // what is called by its own title keeps it
    const fields = row.querySelector("fieldset");
    if (fields) { fields.setAttribute("aria-label", title); }
    placeOf(row).value = index + 1;
  }

  function placeOf(row) {
    return row.querySelector("[name$='__place']");
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
    return row.querySelector("fieldset :is(input:not([type=hidden]), select, textarea)");
  }

  function open(element) {
    for (let part = element.closest("details"); part; part = part.parentElement.closest("details")) {
      part.open = true;
    }
  }

  function add(block) {
    const fragment = block.querySelector("[data-dm-template]").content.cloneNode(true);
    const row = fragment.querySelector("[data-dm-row]");
    block.querySelector("[data-dm-list]").appendChild(row);
    grip(row, block);
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
    (next ? next.querySelector("summary") : block.querySelector('[data-dm-action="add"]')).focus();
    say(block, block.dataset.dmRemoved, place + 1);
  }

  // to a place from 0; beyond an end it is the end
  function put(block, row, place) {
    const others = rowsOf(block).filter(function (each) { return each !== row; });
    const to = Math.max(0, Math.min(place, others.length));
    if (to < others.length) {
      others[to].before(row);
    } else if (others.length) {
      others[others.length - 1].after(row);
    }
    renumber(block);
    touch(block);
    say(block, block.dataset.dmMoved, to + 1);
  }

  function move(block, row, button, step) {
    put(block, row, rowsOf(block).indexOf(row) + step);
    (button.disabled ? row.querySelector(".dm-row-tools [data-dm-action]:not(:disabled)") : button).focus();
  }

  function moveTo(block, row) {
    const field = placeOf(row);
    const typed = field.value.trim();
    if (/^-?\d{1,15}$/.test(typed)) {
      put(block, row, Number(typed) - 1);
    } else {
      renumber(block);
      say(block, block.dataset.dmPlaces, rowsOf(block).length);
    }
    field.focus();
    field.select();
  }

  // by hand: a line shows where the entry would come; Escape leaves it
  function grip(row, block) {
    const handle = document.createElement("span");
    handle.className = "dm-grip";
    handle.title = block.dataset.dmGrip;
    handle.setAttribute("aria-hidden", "true");
    handle.textContent = "⠿";
    row.prepend(handle);
    handle.addEventListener("pointerdown", function (event) {
      if (event.button === 0) {
        event.preventDefault();
        drag(row, block, handle, event.pointerId);
      }
    });
  }

  function drag(row, block, handle, pointer) {
    let place = rowsOf(block).indexOf(row);
    handle.setPointerCapture(pointer);
    row.classList.add("dm-dragged");

    function unmark() {
      block.querySelectorAll(".dm-drop-before, .dm-drop-after").forEach(function (each) {
        each.classList.remove("dm-drop-before", "dm-drop-after");
      });
    }

    function over(event) {
      const edge = 60;
      if (event.clientY < edge) { window.scrollBy(0, -18); }
      if (event.clientY > window.innerHeight - edge) { window.scrollBy(0, 18); }
      const others = rowsOf(block).filter(function (each) { return each !== row; });
      place = others.filter(function (each) {
        const box = each.getBoundingClientRect();
        return box.top + box.height / 2 < event.clientY;
      }).length;
      unmark();
      if (others[place]) {
        others[place].classList.add("dm-drop-before");
      } else if (others.length) {
        others[others.length - 1].classList.add("dm-drop-after");
      }
    }

    function end(isDropped) {
      handle.removeEventListener("pointermove", over);
      handle.removeEventListener("pointerup", drop);
      handle.removeEventListener("pointercancel", leave);
      document.removeEventListener("keydown", key);
      unmark();
      row.classList.remove("dm-dragged");
      if (isDropped && place !== rowsOf(block).indexOf(row)) { put(block, row, place); }
    }

    function drop() { end(true); }
    function leave() { end(false); }
    function key(event) { if (event.key === "Escape") { end(false); } }
    handle.addEventListener("pointermove", over);
    handle.addEventListener("pointerup", drop);
    handle.addEventListener("pointercancel", leave);
    document.addEventListener("keydown", key);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-dm-action]");
    const block = button && button.closest("[data-dm-rows]");
    if (!block) {
      return;
    }
    event.preventDefault();
    const row = button.closest("[data-dm-row]");
    switch (button.dataset.dmAction) {
      case "add": add(block); break;
      case "remove": remove(block, row); break;
      case "up": move(block, row, button, -1); break;
      case "down": move(block, row, button, 1); break;
    }
    touch(block);
  });

  function placed(event) {
    const row = event.target.matches("[name$='__place']") && event.target.closest("[data-dm-row]");
    if (row) { moveTo(row.closest("[data-dm-rows]"), row); }
    return Boolean(row);
  }
  document.addEventListener("change", placed);
  // Enter in a place moves the entry; it would save otherwise
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.matches("[name$='__place']")) {
      event.preventDefault();
      placed(event);
    }
  });

  // a folded entry is called as its first words are now
  document.addEventListener("input", function (event) {
    const row = event.target.closest("[data-dm-row]");
    if (row && /__(title|text|name|reference|area_code)$/.test(event.target.name)) {
      row.querySelector("[data-dm-says]").textContent = event.target.value.slice(0, 60);
    }
    touch(event.target);
  });

  // what a folded part says of itself was true before
  function touch(element) {
    const part = element.closest("[data-dm-fold]");
    const form = element.closest("[data-dm-changed]");
    if (part && form) {
      part.querySelector("[data-dm-says]").textContent = form.dataset.dmChanged;
    }
  }

  // a link to a part or a field opens what it is in
  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (target && target.closest("details")) {
      open(target);
      if (target.matches("details")) { target.querySelector("summary").focus(); }
    }
  });

  document.querySelectorAll("[data-dm-unfold]").forEach(function (list) {
    const button = document.createElement("button");
    const parts = document.querySelectorAll("[data-dm-fold]:is(details)");
    let isOpen = false;
    button.type = "button";
    button.className = "dm-button";
    button.textContent = list.dataset.dmUnfold;
    button.addEventListener("click", function () {
      isOpen = !isOpen;
      parts.forEach(function (part) { part.open = isOpen; });
      button.textContent = isOpen ? list.dataset.dmFold : list.dataset.dmUnfold;
    });
    list.append(button);
  });

  // the key of a new measure follows its title until somebody writes one
  document.querySelectorAll("form[data-dm-propose]").forEach(function (form) {
    const title = form.elements.title;
    const key = form.elements.name;
    let last = key.value === form.dataset.dmProposed ? key.value : "";
    let waits = null;
    title.addEventListener("input", function () {
      window.clearTimeout(waits);
      if (isOurs()) { waits = window.setTimeout(ask, 400); }
    });
    function isOurs() { return !key.value || key.value === last; }
    function ask() {
      const asked = title.value.trim();
      if (!asked) {
        return;
      }
      fetch(form.dataset.dmPropose + "?title=" + encodeURIComponent(asked.slice(0, 1000)))
        .then(function (answer) { return answer.ok ? answer.json() : null; })
        .then(function (answer) {
          if (answer && isOurs() && title.value.trim() === asked) {
            last = key.value = answer.result.key;
          }
        })
        .catch(function () { /* left empty, the server makes it */ });
    }
  });

  // what was typed is not lost by a click beside the form; after an error it is still unsaved
  document.querySelectorAll("form.dm-form").forEach(function (form) {
    let isUnsaved = Boolean(document.querySelector("[data-dm-focus]"));
    function change() { isUnsaved = true; }
    form.addEventListener("input", change);
    form.addEventListener("click", function (event) {
      if (event.target.closest("[data-dm-action]")) { change(); }
    });
    form.addEventListener("submit", function () { isUnsaved = false; });
    window.addEventListener("beforeunload", function (event) {
      if (isUnsaved) { event.preventDefault(); }
    });
  });

  document.querySelectorAll("[data-dm-rows]").forEach(function (block) {
    rowsOf(block).forEach(function (row) { grip(row, block); });
    if (!block.querySelector("[data-dm-row] > .dm-error")) { renumber(block); }
  });
  const wrong = document.querySelector("[data-dm-focus]");
  if (wrong) {
    wrong.focus();
  }
})();
