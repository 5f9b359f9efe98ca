/* Names for what CKAN's scripts make without one, and the arrow keys where they know only the mouse. */
(function () {
  "use strict";

  const NAMED = '[data-module="autocomplete"], [data-module="resource-reorder"], .table-bulk-edit';
  if (!document.querySelector(NAMED)) {
    return;
  }
  const WORDS = JSON.parse(document.querySelector("meta[name=dm-words]").content);

  function give(element, name) {
    if (name && !element.hasAttribute("aria-label")) {
      element.setAttribute("aria-label", name.trim().replace(/\s+/g, " "));
    }
  }

  function text(element) {
    return element ? element.textContent : "";
  }

  function nameLists() {
    document.querySelectorAll(".select2-selection--multiple").forEach(function (box) {
      const select = box.closest(".select2-container").previousElementSibling;
      give(box, select && text(document.querySelector('label[for="' + select.id + '"]')));
    });
  }

  function nameTicks() {
    document.querySelectorAll(".table-bulk-edit thead [type=checkbox]").forEach(function (tick) {
      give(tick, WORDS.all);
    });
    document.querySelectorAll(".table-bulk-edit tbody [type=checkbox]").forEach(function (tick) {
      give(tick, text(tick.closest("tr").querySelector(".dataset-heading a")));
    });
  }

  function nameHandles() {
    document.querySelectorAll(".resource-item .handle").forEach(function (handle) {
      const title = text(handle.closest(".resource-item").querySelector(".heading"));
      give(handle, WORDS.move.replace("{title}", title));
    });
  }

  function keepOneHeading() {
    const all = document.querySelectorAll("h1");
    const hidden = document.querySelector("h1.dm-hidden-heading");
    if (hidden && all.length > 1) {
      hidden.remove(); // a script has made the one that is seen
    }
  }

  function nameAll() {
    keepOneHeading();
    nameLists();
    nameTicks();
    nameHandles();
  }

  function move(handle, isUp) {
    const item = handle.closest(".resource-item");
    const other = isUp ? item.previousElementSibling : item.nextElementSibling;
    if (other) {
      other[isUp ? "before" : "after"](item);
      handle.focus();
    }
  }

  document.addEventListener("keydown", function (event) {
    const handle = event.target.closest(".resource-item .handle");
    if (handle && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(handle, event.key === "ArrowUp");
    }
  });
  nameAll();
  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
})();
