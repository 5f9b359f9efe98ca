/* What may be meant by what is typed so far, below a search box: a combobox after WAI-ARIA's pattern.
   Without this script the form works as it is. */
(function () {
  "use strict";

  const PAUSE = 150;
  const LEAST = 2;

  function init(form, number) {
    const input = form.querySelector("input[type=search]");
    const list = document.createElement("ul");
    const told = document.createElement("span");
    let options = [];
    let active = -1;
    let timer = null;
    let asked = "";

    list.id = "dm-proposals-" + number;
    list.className = "dm-proposals";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.dmListLabel || input.labels[0].textContent.trim());
    list.hidden = true;
    told.className = "visually-hidden";
    told.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("autocomplete", "off");
    form.append(list, told);

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function choose(option) {
      close();
      if (option.dataset.url) {
        window.location.assign(option.dataset.url);
      } else {
        input.value = option.dataset.words;
        form.requestSubmit();
      }
    }

    function mark(place) {
      options.forEach(function (option, index) {
        option.setAttribute("aria-selected", String(index === place));
      });
      active = place;
      if (place < 0) {
        input.removeAttribute("aria-activedescendant");
      } else {
        input.setAttribute("aria-activedescendant", options[place].id);
        options[place].scrollIntoView({ block: "nearest" });
      }
    }

    function option(text, kind, data) {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.id = list.id + "-" + options.length;
      item.textContent = text;
      if (kind) {
        const word = document.createElement("span");
        word.className = "dm-muted";
        word.textContent = " " + kind;
        item.append(word);
      }
      Object.assign(item.dataset, data);
      item.addEventListener("mousedown", function (event) {
        event.preventDefault();
        choose(item);
      });
      options.push(item);
      list.append(item);
    }

    function show(found) {
      list.replaceChildren();
      options = [];
      active = -1;
      found.words.forEach(function (words) {
        option(words, "", { words: words });
      });
      found.results.forEach(function (one) {
        option(one.title, one.kind, { url: one.url });
      });
      if (options.length) {
        list.hidden = false;
        input.setAttribute("aria-expanded", "true");
        told.textContent = found.told;
      } else {
        close();
      }
    }

    function ask() {
      const typed = input.value.trim();
      asked = typed;
      if (typed.length < LEAST) {
        close();
        return;
      }
      const address = new URL(form.dataset.dmSearch, window.location.href);
      address.searchParams.set("q", typed);
      fetch(address, { credentials: "same-origin" })
        .then(function (answer) {
          return answer.ok ? answer.json() : { results: [], words: [] };
        })
        .then(function (found) {
          if (asked === typed && document.activeElement === input) {
            show(found);
          }
        })
        .catch(close);
    }

    input.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, PAUSE);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", function (event) {
      const isOpen = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!isOpen) {
          ask();
        } else {
          const count = options.length + 1;
          mark(((active + 1 + (event.key === "ArrowDown" ? 1 : count - 1)) % count) - 1);
        }
        event.preventDefault();
      } else if (event.key === "Enter" && isOpen && active >= 0) {
        event.preventDefault();
        choose(options[active]);
      } else if (event.key === "Escape") {
        // what is still under way comes too late
        window.clearTimeout(timer);
        asked = "";
        if (isOpen) {
          event.preventDefault();
          close();
        }
      }
    });
  }

  document.querySelectorAll("form[data-dm-search]").forEach(init);
})();
