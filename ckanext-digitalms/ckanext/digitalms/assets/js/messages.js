/* What was just done is told above a page of ours until somebody closes it; CKAN's pages do so themselves. */
(function () {
  "use strict";

  const pattern = document.querySelector(".flash-messages > template");
  document.querySelectorAll(".flash-messages > .alert").forEach(function (message) {
    message.appendChild(pattern.content.cloneNode(true));
    message.querySelector(".btn-close").addEventListener("click", function () {
      message.remove();
    });
  });
})();
