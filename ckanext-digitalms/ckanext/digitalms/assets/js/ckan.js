/* What CKAN's own pages do by scripts in attributes, which our pages do not run. */
(function () {
  "use strict";

  function byId(id) {
    return id ? document.getElementById(id) : null;
  }

  function act(button) {
    const choice = byId(button.dataset.dmCheck);
    const emptied = byId(button.dataset.dmClear);
    const opened = byId(button.dataset.dmOpen);
    const next = byId(button.dataset.dmThen);
    if (emptied) {
      emptied.value = "";
    }
    choice.checked = true;
    if (opened) {
      opened.click();
    } else {
      next.focus();
    }
  }

  function offer(form) {
    const button = form.querySelector("[type=submit]");
    if (button) {
      button.disabled = !form.querySelector("[name=token]:checked");
    }
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-dm-check]");
    if (button) {
      act(button);
    }
  });
  document.addEventListener("change", function (event) {
    const form = event.target.closest("[data-dm-tokens]");
    if (form) {
      offer(form);
    }
  });
  document.addEventListener("htmx:afterRequest", function () {
    document.querySelectorAll("[data-dm-tokens]").forEach(offer);
  });
})();
