/**
 * The cards' own words. States, and names of entities, come from the integration's translations in Home Assistant.
 *
 * One row a word, in the order of LANGUAGES; {braces} are filled in.
 */
import type { Hass } from "./hass";

export const LANGUAGES = ["en", "de", "fr", "es", "nl", "it", "pt-BR", "pl", "ja", "zh-Hans", "sv"] as const;

const WORDS = {
  phone: ["Phone", "Telefon", "Téléphone", "Teléfono", "Telefoon", "Telefono", "Telefone", "Telefon", "電話", "电话", "Telefon"],
  phones: ["Phones", "Telefone", "Téléphones", "Teléfonos", "Telefoons", "Telefoni", "Telefones", "Telefony", "電話", "电话", "Telefoner"],
  switchboard: ["Switchboard", "Telefonzentrale", "Standard téléphonique", "Centralita", "Telefooncentrale", "Centralino", "Central telefônica", "Centrala telefoniczna", "電話交換台", "电话总机", "Telefonväxel"],
  queues: ["Call queues", "Warteschlangen", "Files d'attente", "Colas de llamadas", "Wachtrijen", "Code di chiamata", "Filas de chamadas", "Kolejki połączeń", "通話キュー", "呼叫队列", "Samtalsköer"],
  someone: ["Unknown caller", "Unbekannt", "Appelant inconnu", "Desconocido", "Onbekende beller", "Sconosciuto", "Desconhecido", "Nieznany numer", "不明な相手", "未知来电", "Okänd"],
  rings: ["{name}: {caller} is calling", "{name}: {caller} ruft an", "{name} : appel de {caller}", "{name}: llama {caller}", "{name}: {caller} belt", "{name}: chiama {caller}", "{name}: {caller} está ligando", "{name}: dzwoni {caller}", "{name}: {caller} から着信", "{name}：{caller} 来电", "{name}: {caller} ringer"],
  free: ["Free", "Frei", "Libres", "Libres", "Vrij", "Liberi", "Livres", "Wolne", "空き", "空闲", "Lediga"],
  sort: ["Sort by", "Sortieren nach", "Trier par", "Ordenar por", "Sorteren op", "Ordina per", "Ordenar por", "Sortuj według", "並べ替え", "排序方式", "Sortera efter"],
  ringing_first: ["Ringing first", "Klingelnde zuerst", "Sonneries d'abord", "Primero las que suenan", "Overgaande eerst", "Prima chi squilla", "Tocando primeiro", "Najpierw dzwoniące", "呼出中を先頭", "响铃优先", "Ringande först"],
  none_found: ["No phone matches.", "Kein Telefon passt dazu.", "Aucun téléphone ne correspond.", "Ningún teléfono coincide.", "Geen telefoon gevonden.", "Nessun telefono corrisponde.", "Nenhum telefone corresponde.", "Brak pasujących telefonów.", "該当する電話がありません。", "没有匹配的电话。", "Ingen telefon matchar."],
  none_yet: ["No phones yet.", "Noch keine Telefone.", "Pas encore de téléphone.", "Aún no hay teléfonos.", "Nog geen telefoons.", "Ancora nessun telefono.", "Ainda não há telefones.", "Nie ma jeszcze telefonów.", "電話がまだありません。", "还没有电话。", "Inga telefoner ännu."],
  set_up: ["Set up RingCentral", "RingCentral einrichten", "Configurer RingCentral", "Configurar RingCentral", "RingCentral instellen", "Configura RingCentral", "Configurar RingCentral", "Skonfiguruj RingCentral", "RingCentral を設定", "设置 RingCentral", "Konfigurera RingCentral"],
  not_pushed: ["No live connection; read every minute", "Keine Live-Verbindung; wird jede Minute gelesen", "Pas de connexion directe ; lecture chaque minute", "Sin conexión en vivo; se lee cada minuto", "Geen live-verbinding; elke minuut gelezen", "Nessuna connessione in tempo reale; lettura ogni minuto", "Sem conexão ao vivo; leitura a cada minuto", "Brak połączenia na żywo; odczyt co minutę", "ライブ接続なし（毎分読み取り）", "无实时连接；每分钟读取一次", "Ingen direktanslutning; läses varje minut"],
  gone: ["This phone is not in Home Assistant.", "Dieses Telefon gibt es in Home Assistant nicht.", "Ce téléphone n'est pas dans Home Assistant.", "Este teléfono no está en Home Assistant.", "Deze telefoon is niet in Home Assistant.", "Questo telefono non è in Home Assistant.", "Este telefone não está no Home Assistant.", "Tego telefonu nie ma w Home Assistant.", "この電話は Home Assistant にありません。", "Home Assistant 中没有此电话。", "Telefonen finns inte i Home Assistant."],
  disabled: ["Its call state entity is disabled.", "Die Entität für den Anrufstatus ist deaktiviert.", "Son entité d'état de l'appel est désactivée.", "Su entidad de estado de la llamada está desactivada.", "De entiteit voor de oproepstatus is uitgeschakeld.", "La sua entità dello stato della chiamata è disabilitata.", "A entidade de estado da chamada está desativada.", "Jego encja stanu połączenia jest wyłączona.", "通話状態のエンティティが無効です。", "其呼叫状态实体已禁用。", "Dess entitet för samtalsstatus är inaktiverad."],
  unreachable: ["RingCentral can't be reached", "RingCentral ist nicht erreichbar", "RingCentral est injoignable", "No se puede contactar con RingCentral", "RingCentral is niet bereikbaar", "RingCentral non è raggiungibile", "RingCentral está inacessível", "RingCentral jest nieosiągalny", "RingCentral に接続できません", "无法连接 RingCentral", "RingCentral kan inte nås"],
  choose: ["Choose a phone.", "Wähle ein Telefon.", "Choisissez un téléphone.", "Elige un teléfono.", "Kies een telefoon.", "Scegli un telefono.", "Escolha um telefone.", "Wybierz telefon.", "電話を選択してください。", "请选择电话。", "Välj en telefon."],
  none_missed: ["No missed calls", "Keine verpassten Anrufe", "Aucun appel manqué", "Sin llamadas perdidas", "Geen gemiste oproepen", "Nessuna chiamata persa", "Nenhuma chamada perdida", "Brak nieodebranych połączeń", "不在着信はありません", "没有未接呼叫", "Inga missade samtal"],
  mark_seen: ["Mark as seen", "Als gesehen markieren", "Marquer comme vus", "Marcar como vistas", "Als gezien markeren", "Segna come viste", "Marcar como vistas", "Oznacz jako przejrzane", "確認済みにする", "标为已读", "Markera som sedda"],
  fresh: ["{n} new", "{n} neu", "Nouveaux : {n}", "Nuevas: {n}", "{n} nieuw", "Nuove: {n}", "Novas: {n}", "Nowe: {n}", "新着 {n} 件", "{n} 个新呼叫", "{n} nya"],
  about_phone: ["One extension: who rings, who talks, status and Do Not Disturb", "Eine Nebenstelle: wer klingelt, wer spricht, Status und Nicht stören", "Un poste : qui sonne, qui parle, statut et Ne pas déranger", "Una extensión: quién llama, quién habla, estado y No molestar", "Eén toestel: wie belt, wie spreekt, status en Niet storen", "Un interno: chi squilla, chi parla, stato e Non disturbare", "Um ramal: quem toca, quem fala, status e Não perturbe", "Jeden numer: kto dzwoni, kto rozmawia, status i Nie przeszkadzać", "1 つの内線：着信、通話、ステータス、応答不可", "一部分机：谁来电、谁在通话、状态和请勿打扰", "En anknytning: vem ringer, vem talar, status och Stör ej"],
  about_switchboard: ["The whole office at a glance, ringing phones first", "Das ganze Büro auf einen Blick, Klingelnde zuerst", "Tout le bureau d'un coup d'œil, sonneries d'abord", "Toda la oficina de un vistazo, primero lo que suena", "Het hele kantoor in één oogopslag, overgaande eerst", "Tutto l'ufficio a colpo d'occhio, prima chi squilla", "Todo o escritório num relance, tocando primeiro", "Całe biuro na jeden rzut oka, najpierw dzwoniące", "オフィス全体を一目で。呼出中が先頭", "整个办公室一目了然，响铃优先", "Hela kontoret i en blick, ringande först"],
  full: ["Full", "Groß", "Complet", "Completo", "Volledig", "Completo", "Completo", "Pełny", "フル", "完整", "Full"],
  controls: ["Show controls", "Bedienelemente anzeigen", "Afficher les commandes", "Mostrar controles", "Bediening tonen", "Mostra i controlli", "Mostrar controles", "Pokaż sterowanie", "操作を表示", "显示控件", "Visa reglage"],
  mask: ["Mask numbers", "Nummern verbergen", "Masquer les numéros", "Ocultar números", "Nummers verbergen", "Nascondi i numeri", "Ocultar números", "Ukryj numery", "番号を伏せる", "隐藏号码", "Dölj nummer"],
  toolbar: ["Search and filter", "Suche und Filter", "Recherche et filtres", "Búsqueda y filtros", "Zoeken en filteren", "Ricerca e filtri", "Pesquisa e filtros", "Wyszukiwanie i filtry", "検索とフィルター", "搜索和筛选", "Sök och filter"],
} as const satisfies Record<string, readonly string[]>;

/** Words that the frontend itself translates: its key, and the English word should it give that key up. */
export const FRONTEND_WORDS = {
  all: ["ui.components.selectors.automation_behavior.trigger.options.all.label", "All"],
  areas: ["ui.components.target-picker.type.areas", "Areas"],
  close: ["ui.common.close", "Close"],
  labels: ["ui.components.target-picker.type.labels", "Labels"],
  layout: ["ui.panel.lovelace.editor.edit_view.type", "Layout"],
  name: ["ui.common.name", "Name"],
  number: ["ui.components.selectors.selector.types.number", "Number"],
  people: ["ui.dialogs.quick-bar.commands.navigation.person", "People"],
  search: ["ui.common.search", "Search"],
  show: ["ui.common.show", "Show"],
  tile: ["ui.panel.lovelace.editor.card.tile.name", "Tile"],
  unavailable: ["state.default.unavailable", "Unavailable"],
} as const;

export type Word = keyof typeof WORDS | keyof typeof FRONTEND_WORDS;

/** Return which column a language is in: itself, else its first part, else English. */
function column(language: string): number {
  const exact = (LANGUAGES as readonly string[]).indexOf(language);
  const base = language.split("-")[0];
  return exact >= 0 ? exact : Math.max(0, LANGUAGES.findIndex((known) => known.split("-")[0] === base));
}

/** Return a word in the user's language. */
export function say(hass: Hass | undefined, word: Word, fill: Record<string, string | number> = {}): string {
  if (word in FRONTEND_WORDS) {
    const [key, english] = FRONTEND_WORDS[word as keyof typeof FRONTEND_WORDS];
    return hass?.localize(key) || english;
  }
  const row: readonly string[] = WORDS[word as keyof typeof WORDS];
  const text = row[column(hass?.locale?.language ?? "en")] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, name: string) => `${fill[name] ?? ""}`);
}

/** Return a text of the integration's own translations, such as `sensor.dnd.name`. */
export function term(hass: Hass, path: string, fallback: string): string {
  return hass.localize(`component.ringcentral.entity.${path}`) || fallback;
}

/** Return a value of an entity in the user's words. */
export function stateWord(hass: Hass, entityId: string | undefined, value?: string): string {
  const state = entityId ? hass.states[entityId] : undefined;
  if (!state) return value ?? "";
  return hass.formatEntityState?.(state, value) ?? value ?? state.state;
}
