/* A button that copies the text of a field; without scripts the text stands in a field of its own, ready to be marked. */
(function () {
  "use strict";
  document.querySelectorAll("template[data-dm-copy]").forEach(function (template) {
    var place = document.getElementById(template.getAttribute("data-dm-copy"));
    if (!place || !navigator.clipboard) { return; }
    var button = template.content.firstElementChild.cloneNode(true);
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(place.value).then(function () {
        button.querySelector("[role=status]").textContent = button.getAttribute("data-dm-done");
      });
    });
    template.after(button);
  });
})();
