/* "Near me" and closing of suggestions: every page works without this file. */
(function () {
  "use strict";

  function locate(button) {
    const field = document.getElementById(button.dataset.locate);
    const note = button.parentElement.querySelector("[data-locate-note]");
    const say = (text) => { note.textContent = text; note.hidden = !text; };
    if (!navigator.geolocation) { say("Браузер не умеет определять место. Выберите населённый пункт из списка."); return; }
    say("Определяем место…");
    navigator.geolocation.getCurrentPosition((position) => {
      const { latitude, longitude } = position.coords;
      /* Three decimals, about a hundred metres: enough for the way to a club, no more than needed. */
      field.value = `${latitude.toFixed(3)},${longitude.toFixed(3)}`;
      say("");
      field.form.requestSubmit();
    }, () => say("Не удалось узнать место. Разрешите доступ или выберите населённый пункт из списка."), { timeout: 10000, maximumAge: 300000 });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (button) locate(button);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll(".suggestions").forEach((list) => list.replaceChildren());
  });
})();
