import { Announcer } from "./announcer.js";
import { byId } from "./by-id.js";
import { Controls } from "./controls.js";
import { Panel } from "./panel.js";

/** The page: knobs for its own frontend, and a panel for it and for each one that it is compared with. */
async function start() {
  const { compareWith, controls: hasControls } = await readConfig();
  const announcer = new Announcer();
  byId("controls").hidden = !hasControls;
  const controls = new Controls(byId("controls"), compareWith.length > 0);
  byId("panels").classList.toggle("several", compareWith.length > 0);
  new Panel(addRoot(), "", {
    onSnapshot(snapshot, sentence) {
      controls.show(snapshot);
      announcer.set(snapshot.mode, sentence);
    },
    onState(live) {
      const connection = byId("connection");
      connection.textContent = live ? "live" : "disconnected, trying again…";
      connection.classList.toggle("live", live);
      byId("controls").inert = !live;
      if (!live) announcer.set("connection", "Disconnected");
      else announcer.clear("connection");
    },
  });
  for (const origin of compareWith) {
    new Panel(addRoot(), origin, {
      onSnapshot: ({ mode }, sentence) => announcer.set(mode, sentence),
      onState() {},
    });
  }
}

/**
 * The frontends to show beside this one, and whether this page may change anything; tries again until the server answers.
 * @returns {Promise<{ readonly compareWith: readonly string[], readonly controls: boolean }>}
 */
async function readConfig() {
  for (;;) {
    try {
      const answer = await fetch("page-config");
      if (answer.ok) return await answer.json();
    } catch {
      // The server is away: it is asked again.
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

function addRoot() {
  const root = document.createElement("section");
  root.className = "panel";
  byId("panels").append(root);
  return root;
}

await start();
