/* Marks made without a connection are kept on the phone and sent later. The page works without this file. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-journal]");
  const PREFIX = "opora-journal:";
  const note = document.getElementById("journal-state");

  function say(text, state) {
    if (!note) return;
    note.textContent = text;
    note.parentElement.className = `notice ${state}`;
    note.parentElement.hidden = false;
  }

  function send(url, body) {
    return fetch(url, {
      method: "POST", body: new URLSearchParams(body), credentials: "same-origin", headers: { Accept: "application/json" },
    }).then((answer) => {
      if (answer.status !== 200 && answer.status !== 409) {
        const refusal = new Error("later");
        refusal.answered = true;
        throw refusal;
      }
      return answer.json();
    });
  }

  /* Fresh token of this page: the one kept with the marks may be too old. */
  function token() {
    const field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  }

  function tell(told) {
    if (told.refused) { say(`Не принято: ${told.refused.join(" ")}`, "error"); return; }
    if (told.conflicts.length) {
      const list = told.conflicts.map((one) => `${one.name}: у вас «${one.mine || "пусто"}», уже отмечено «${one.theirs || "пусто"}»`);
      say(`Отметки отправлены, но часть уже поставлена с другого устройства и не изменена. ${list.join("; ")}. Откройте занятие и решите сами.`, "warning");
    } else {
      say("Отложенные отметки отправлены.", "success");
    }
  }

  let flushing = false;
  async function flush() {
    if (flushing || !navigator.onLine) return;
    flushing = true;
    try {
      for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
        const kept = JSON.parse(localStorage.getItem(key));
        if (kept.owner !== document.body.dataset.owner && form && kept.owner !== form.dataset.owner) continue;
        try {
          tell(await send(kept.url, [...kept.body.filter(([name]) => name !== "csrfmiddlewaretoken"), ["csrfmiddlewaretoken", token()]]));
          localStorage.removeItem(key);
        } catch (error) { break; }
      }
    } finally { flushing = false; }
  }

  if (form) {
    const key = PREFIX + form.dataset.journal;
    const kept = localStorage.getItem(key);
    if (kept) {
      say("На этом устройстве есть неотправленные отметки этого занятия. Отправим, когда появится связь.", "warning");
      new Map(JSON.parse(kept).body).forEach((value, name) => {
        const field = form.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]`);
        if (field && name.startsWith("mark_")) field.checked = true;
      });
    }
    const url = form.getAttribute("action") || location.pathname;
    const keep = (body) => {
      localStorage.setItem(key, JSON.stringify({ url, body, owner: form.dataset.owner }));
      say("Связи нет. Отметки сохранены на этом устройстве и уйдут сами, когда связь появится.", "warning");
    };
    /* A phone may believe in a connection that does not carry. So the marks go first by fetch, whose failure can be
       seen; when the server has answered, the form goes its own way and changes nothing more. */
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const body = [...new FormData(form).entries()].map(([name, value]) => [name, String(value)]);
      if (!navigator.onLine) { keep(body); return; }
      const arrived = () => { localStorage.removeItem(key); form.submit(); };
      send(url, body).then(arrived, (error) => (error.answered ? arrived() : keep(body)));
    });
    const everybody = document.getElementById("all-present");
    if (everybody) everybody.addEventListener("click", () => {
      form.querySelectorAll("fieldset").forEach((group) => {
        if (!group.querySelector("input:checked")) group.querySelector("input[value=present]").checked = true;
      });
    });
  }
  window.addEventListener("online", flush);
  flush();
})();
