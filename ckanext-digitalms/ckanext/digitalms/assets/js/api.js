/* Asks the API from its page and shows the answer; without scripts the form leads to it. */
(function () {
  "use strict";

  const LONGEST = 20000;

  function address(form) {
    const told = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (value !== "") {
        told.append(name, value);
      }
    });
    const query = told.toString();
    return form.getAttribute("action") + (query ? "?" + query : "");
  }

  function shown(text) {
    let told = text;
    try {
      told = JSON.stringify(JSON.parse(text), null, 2);
    } catch (error) {
      // what is no JSON is shown as it came
    }
    return told.length > LONGEST ? told.slice(0, LONGEST) + "\n…" : told;
  }

  async function ask(form) {
    const box = form.nextElementSibling;
    const place = address(form);
    const line = box.querySelector("p");
    const body = box.querySelector("pre");
    box.hidden = false;
    line.textContent = "GET " + place;
    try {
      const answer = await fetch(place, {headers: {Accept: "application/json"}, credentials: "omit"});
      body.textContent = shown(await answer.text());
      line.textContent = answer.status + " – GET " + place;
    } catch (error) {
      body.textContent = String(error);
    }
  }

  document.querySelectorAll("[data-dm-try]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      ask(form);
    });
  });
})();
