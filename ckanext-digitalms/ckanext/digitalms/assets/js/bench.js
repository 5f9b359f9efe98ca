/* The draft of a table: what is chosen is checked at once, and the page shows what it makes of the first and the
   doubtful rows. Without this script “Check again” does the same. */
(function () {
  "use strict";

  const form = document.querySelector("form[data-dm-bench]");
  const status = document.querySelector("[data-dm-status]");
  if (!form || !window.fetch || !window.DOMParser) {
    return;
  }
  const WAIT = 300;
  // of the dataset and not of the table: kept with the next button, and nothing is checked for it
  const DATASET = /^(title|notes|organisation|license_id|contact_email|keywords|name|spatial_text|area_code|frequency|schema|sources__.*|do)$/;
  let timer = null;
  let running = null;

  function parts(root) {
    return Array.from(root.querySelectorAll("[data-dm-live]"));
  }

  function busy(is) {
    parts(document).forEach(function (part) { part.setAttribute("aria-busy", String(is)); });
  }

  function put(page) {
    const active = document.activeElement;
    const place = active && active.name ? { name: active.name, value: active.value } : null;
    parts(document).forEach(function (part) {
      const fresh = page.querySelector('[data-dm-live="' + part.dataset.dmLive + '"]');
      if (fresh && part.outerHTML !== fresh.outerHTML) {
        part.replaceWith(document.importNode(fresh, true));
      }
    });
    if (place && !document.contains(active)) {
      const named = Array.from(document.getElementsByName(place.name));
      const same = named.find(function (each) { return each.type !== "radio" || each.value === place.value; });
      (same || document.querySelector("#dm-found")).focus();
    }
  }

  // a button is called "action", which hides the form's own; what is typed while an answer is on its way is newer than the answer
  function check() {
    const data = new FormData(form);
    data.delete("schema");
    data.set("action", "check");
    if (running) {
      running.abort();
    }
    const mine = running = new AbortController();
    busy(true);
    fetch(form.getAttribute("action"), { method: "POST", body: data, signal: mine.signal, headers: { Accept: "text/html" } })
      .then(function (answer) {
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        return answer.text();
      })
      .then(function (text) {
        if (running !== mine) {
          return;
        }
        put(new DOMParser().parseFromString(text, "text/html"));
        status.textContent = status.dataset.dmDone;
      })
      .catch(function (error) {
        if (error.name !== "AbortError") {
          status.textContent = status.dataset.dmFailed;
        }
      })
      .finally(function () {
        if (running === mine) {
          running = null;
          busy(false);
        }
      });
  }

  function later(event) {
    const field = event.target;
    if (!field.name || field.form !== form || DATASET.test(field.name)) {
      return;
    }
    window.clearTimeout(timer);
    timer = window.setTimeout(check, WAIT);
  }

  document.addEventListener("change", later);
  // a button that sends the form says everything itself
  form.addEventListener("submit", function () {
    window.clearTimeout(timer);
    if (running) {
      running.abort();
    }
  });
})();
