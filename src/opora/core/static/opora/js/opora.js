/* Small comforts only: every page works without this file. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  const token = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

  /* A script is loaded once, when something on the page needs it. */
  const loading = {};
  function load(src) {
    loading[src] = loading[src] || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = src;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
    return loading[src];
  }

  function dataOf(box, name) {
    return JSON.parse(document.getElementById(box.dataset[name]).textContent);
  }

  /* Charts */
  function palette() {
    const areas = ["technical", "artistic", "social_humanitarian", "sport", "natural_science", "tourism"];
    return Object.fromEntries(areas.map((area) => [area, token(`--focus-${area}`)]));
  }

  function shown(value, data) {
    if (value === null || value === undefined || value === "-") return "нет данных";
    const text = value.toLocaleString("ru-RU", { minimumFractionDigits: data.places, maximumFractionDigits: data.places });
    return data.unit ? `${text} ${data.unit}` : text;
  }

  function seriesOf(data, colours, order, thick) {
    const type = data.kind === "hbar" ? "bar" : data.kind;
    if (type === "pie") {
      return [{ type, radius: ["45%", "72%"], label: { color: token("--ink") }, data: data.categories.map((name, i) => ({
        name, value: data.series[0].values[i], itemStyle: { color: colours[data.areas[i]] || order[i % order.length] },
      })) }];
    }
    return data.series.map((one, n) => ({
      type, name: one.name, barMaxWidth: thick, barGap: 0, symbol: ["circle", "rect", "triangle", "diamond"][n % 4], symbolSize: 8,
      lineStyle: { width: 3, type: ["solid", "dashed", "dotted"][n % 3] },
      color: colours[one.area] || order[n % order.length],
      label: { show: type === "bar" && data.series.length === 1, position: data.kind === "hbar" ? "right" : "top", color: token("--ink"),
        formatter: (point) => shown(point.value, { ...data, unit: "" }) },
      data: one.values.map((value, i) => data.areas[i] && data.series.length === 1
        ? { value, itemStyle: { color: colours[data.areas[i]] } } : value),
    }));
  }

  /* In a narrow box the names of horizontal bars stand above them. */
  const THIN = 14;
  function namesAbove(data, width) {
    return data.kind === "hbar" && width < 520;
  }

  /* So high that every name has its own line above (or beside) its bars. */
  function fit(box, data) {
    if (data.kind !== "hbar") return;
    const line = data.series.length * THIN + (namesAbove(data, box.clientWidth) ? 30 : 14);
    const wanted = data.categories.length * line + 64;
    box.style.height = `${Math.max(wanted, 160)}px`;
  }

  function optionsOf(data, width) {
    const colours = palette();
    const order = [token("--accent"), colours.tourism, colours.artistic, colours.natural_science, colours.sport, colours.technical];
    const ink = token("--ink");
    const soft = token("--ink-soft");
    const size = parseFloat(getComputedStyle(document.body).fontSize) * 0.88;
    const above = namesAbove(data, width);
    const bars = Math.max(1, data.series.length) * THIN;
    const labelled = data.series.length === 1 && data.kind !== "line";
    const names = { type: "category", data: data.categories, axisLabel: { color: ink, fontSize: size, interval: 0, hideOverlap: true,
      ...(above ? { inside: true, margin: 0, verticalAlign: "bottom", padding: [0, 0, bars / 2 + 4, 0] } : {}) }, z: above ? 3 : 0,
      axisTick: { show: false }, axisLine: { show: !above, lineStyle: { color: token("--line-strong") } }, inverse: data.kind === "hbar" };
    const values = { type: "value", show: !labelled, scale: data.kind === "line", splitNumber: width < 420 ? 3 : 5, axisLabel: { color: soft, fontSize: size, formatter: (v) => v.toLocaleString("ru-RU") },
      splitLine: { lineStyle: { color: token("--line") } } };
    const many = data.series.length > 1 || data.kind === "pie";
    /* Long names of series take several lines under the drawing. */
    const legendWidth = data.kind === "pie" ? 0 : data.series.reduce((sum, one) => sum + one.name.length * size * 0.6 + 48, 0);
    const legendHeight = 16 + 24 * Math.max(1, Math.ceil(legendWidth / Math.max(1, width)));
    const options = {
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches, animationDuration: 300,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size, color: ink },
      legend: { show: many, bottom: 0, textStyle: { color: ink, fontSize: size } },
      grid: { left: 8, right: data.kind === "hbar" ? 64 : 16, top: above ? 8 : 28, bottom: many ? legendHeight : 8, containLabel: true },
      /* Drawn on the canvas: a tooltip made of HTML would need inline styles. */
      tooltip: { trigger: data.kind === "pie" ? "item" : "axis", renderMode: "richText", backgroundColor: token("--surface"),
        borderColor: token("--line-strong"), textStyle: { color: ink, fontSize: size }, valueFormatter: (value) => shown(value, data) },
      series: seriesOf(data, colours, order, above ? THIN : 34),
    };
    if (data.kind !== "pie") Object.assign(options, data.kind === "hbar" ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values });
    return options;
  }

  function drawChart(box) {
    if (box.dataset.ready) return;
    box.dataset.ready = "1";
    load(box.dataset.src).then(() => {
      const data = dataOf(box, "chart");
      fit(box, data);
      const chart = echarts.init(box, null, { renderer: "canvas" });
      chart.setOption(optionsOf(data, box.clientWidth));
      const again = () => chart.setOption(optionsOf(data, box.clientWidth), true);
      new ResizeObserver(() => { fit(box, data); chart.resize(); again(); }).observe(box);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
      document.fonts.ready.then(again);
    }).catch(() => { box.hidden = true; });
  }

  /* Maps: own outlines and pins; tiles only where the installation has its own tile server. */
  function popup(pin) {
    const box = document.createElement("div");
    const title = document.createElement(pin.url ? "a" : "strong");
    if (pin.url) title.href = pin.url;
    title.textContent = pin.title;
    box.append(title);
    if (pin.text) {
      const text = document.createElement("div");
      text.textContent = pin.text;
      box.append(text);
    }
    return box;
  }

  function pickPlace(map, input) {
    let chosen = null;
    const show = (lat, lng) => {
      if (chosen) chosen.remove();
      chosen = L.circleMarker([lat, lng], { radius: 10, className: "map-pin chosen" }).addTo(map);
    };
    const parts = input.value.split(",").map(Number);
    if (parts.length === 2 && parts.every(Number.isFinite)) { show(...parts); map.setView(parts, 13); }
    map.on("click", (event) => {
      const { lat, lng } = event.latlng;
      input.value = `${lat.toFixed(5)},${lng.toFixed(5)}`;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      show(lat, lng);
    });
  }

  function drawMap(box) {
    if (box.dataset.ready) return;
    box.dataset.ready = "1";
    load(box.dataset.src).then(() => {
      const data = dataOf(box, "map");
      const map = L.map(box, { attributionControl: Boolean(data.tiles), scrollWheelZoom: false, zoomControl: false, zoomSnap: 0.25 });
      L.control.zoom({ zoomInTitle: "Ближе", zoomOutTitle: "Дальше" }).addTo(map);
      if (data.tiles) L.tileLayer(data.tiles, { maxZoom: 18, attribution: "© участники OpenStreetMap" }).addTo(map);
      const outlines = L.geoJSON(data.outlines, {
        style: (feature) => feature.geometry.type === "Point" ? {} : ({ className: feature.properties.mine ? "map-outline mine" : `map-outline level-${feature.properties.level ?? "none"}` }),
        onEachFeature: (feature, layer) => feature.properties.name && layer.bindTooltip(feature.properties.name,
          feature.geometry.type === "Point" ? { permanent: true, direction: "right", offset: [4, 0], className: "map-name" } : { sticky: true }),
        interactive: !data.picks,
        pointToLayer: (feature, at) => L.circleMarker(at, { radius: 3, className: "map-town", interactive: false }),
      }).addTo(map);
      const pins = L.featureGroup(data.pins.map((pin) =>
        L.circleMarker([pin.lat, pin.lon], { radius: 9, className: "map-pin" }).bindPopup(popup(pin)))).addTo(map);
      const mine = outlines.getLayers().filter((layer) => layer.feature.properties.mine);
      const home = mine.length ? L.featureGroup(mine) : data.pins.length ? pins : outlines;
      const around = home.getBounds().extend(pins.getBounds());
      if (around.isValid()) map.fitBounds(around, { padding: [24, 24], maxZoom: 14 }); else map.setView([61, 60], 4);
      const input = data.picks && document.getElementById(data.picks);
      if (input) pickPlace(map, input);
    }).catch(() => { box.hidden = true; });
  }

  /* Copying, confirming, picking rows */
  function copy(button) {
    navigator.clipboard.writeText(button.dataset.copy).then(() => {
      const text = button.querySelector("span") || button;
      const before = text.textContent;
      text.textContent = button.dataset.done || "Скопировано";
      button.classList.add("copied");
      setTimeout(() => { text.textContent = before; button.classList.remove("copied"); }, 2500);
    });
  }

  function countPicked(form) {
    const boxes = [...form.querySelectorAll("input[name=pick]")];
    const picked = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr")?.classList.toggle("selected", box.checked));
    const label = form.querySelector("[data-picked]");
    if (label) label.textContent = picked.length ? `Выбрано: ${picked.length}` : "С выбранными:";
    const all = form.querySelector("[data-pick-all]");
    if (all) { all.checked = picked.length === boxes.length && boxes.length > 0; all.indeterminate = picked.length > 0 && !all.checked; }
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-copy], [data-confirm], [data-print]");
    if (!target) return;
    if (target.dataset.confirm && !window.confirm(target.dataset.confirm)) { event.preventDefault(); event.stopPropagation(); return; }
    if (target.dataset.copy) copy(target);
    if ("print" in target.dataset) window.print();
  }, true);

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form) return;
    if ("pickAll" in event.target.dataset) form.querySelectorAll("input[name=pick]").forEach((box) => { box.checked = event.target.checked; });
    if ("pickAll" in event.target.dataset || event.target.name === "pick") countPicked(form);
  });

  /* One press, one request. The flag goes when the page comes back from the browser's memory. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  /* htmx: the form's own token, and words instead of silence when the server cannot be reached. */
  document.addEventListener("htmx:configRequest", (event) => {
    const own = event.detail.elt.closest("form")?.querySelector("input[name=csrfmiddlewaretoken]");
    const any = own || document.querySelector("input[name=csrfmiddlewaretoken]");
    if (any) event.detail.headers["X-CSRFToken"] = any.value;
  });
  const offline = () => document.getElementById("offline");
  const say = (broken) => { if (offline()) offline().hidden = !broken; };
  document.addEventListener("htmx:sendError", () => say(true));
  document.addEventListener("htmx:afterOnLoad", () => say(false));
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 503) say(true); });
  window.addEventListener("offline", () => say(true));
  window.addEventListener("online", () => say(false));

  /* A table that has to scroll sideways can be scrolled from the keyboard. */
  function reachable(box) {
    const check = () => { if (box.scrollWidth > box.clientWidth && !box.querySelector("a, button, input")) box.tabIndex = 0; };
    check();
    /* Fonts arrive and windows turn after the page is there. */
    if (box.firstElementChild) new ResizeObserver(check).observe(box.firstElementChild);
  }

  function boot(root) {
    root.querySelectorAll(".table-wrap, .scroll-x").forEach(reachable);
    root.querySelectorAll("[data-chart]").forEach(drawChart);
    root.querySelectorAll("[data-map]").forEach(drawMap);
    root.querySelector("[data-focus]")?.focus();
    /* A full house: the same application is sent again with its key. */
    root.querySelectorAll("form[data-again]").forEach((form) => setTimeout(() => form.submit(), form.dataset.again * 1000));
  }
  boot(document);
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) boot(event.target); });
})();
