package extract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/extract"
)

// body is the text of a small article, long enough to be taken for one.
var body = []string{
	"The harbour board of Tarnvik will close the northern ferry terminal for eleven weeks from 3 March while divers repair cracks in two of its piers, it said on Tuesday.",
	"An inspection in December found that salt water had reached the steel inside the concrete of both piers, which were last renewed in 1994, according to a report.",
	"Some 1,300 people use the terminal on a weekday. During the closure boats will leave from the old fish quay, where a temporary ramp is to be built.",
	"A first tender for the work drew no bids last autumn. The board now expects to choose between three firms next week, and to publish the contract then.",
	"The union of ferry crews welcomed the decision but asked for more staff at the quay, which has no shelter and only one gangway for two boats.",
}

// pageOf builds a page of a head, what stands between headline and text, and the
// text.
func pageOf(lang, head, headline, above string, paragraphs ...string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<html lang=%q><head>%s</head><body><main><article><h1>%s</h1>%s", lang, head, headline, above)
	for _, p := range paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>", p)
	}
	b.WriteString("</article></main></body></html>")
	return []byte(b.String())
}

func read(t *testing.T, page []byte) *article.Article {
	t.Helper()
	r := extract.New(extract.Options{}).Extract(page, "https://www.courier.example/news/ferry")
	if r.Article == nil {
		t.Fatal("no article")
	}
	return r.Article
}

func TestHeadline(t *testing.T) {
	for _, tt := range []struct{ name, head, h1, want string }{
		{"h1 wins over the data", `<meta property="og:title" content="Ferry terminal in Tarnvik shuts: all you need to know">`, "Tarnvik closes ferry terminal", "Tarnvik closes ferry terminal"},
		{"outlet after a bar is dropped", `<title>Tarnvik closes ferry terminal | The Courier</title>`, "", "Tarnvik closes ferry terminal"},
		{"outlet named by the page is dropped", `<meta property="og:site_name" content="Courier"><title>Tarnvik closes ferry terminal - Courier</title>`, "", "Tarnvik closes ferry terminal"},
		{"a dash of the headline stays", `<title>Tarnvik closes terminal - ferries go on</title>`, "", "Tarnvik closes terminal - ferries go on"},
		{"its kicker is shown in another heading", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour board: Tarnvik closes ferry terminal"}</script>`, `Tarnvik closes ferry terminal</h1><h2><span>Harbour board</span> Tarnvik closes ferry terminal</h2><h1>`, "Harbour board: Tarnvik closes ferry terminal"},
		{"a kicker that is not shown stays out", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour board: Tarnvik closes ferry terminal"}</script>`, "Tarnvik closes ferry terminal", "Tarnvik closes ferry terminal"},
		{"an h1 at the end of a trail of links names the page", `<meta property="og:title" content="Tarnvik closes ferry terminal">`, `</h1><ol><li><a href="/">Start</a></li><li><a href="/n">News</a></li><li><h1>Tarnvik ferry terminal: closure, detours, all you need to know</h1></li></ol><h2>Tarnvik closes ferry terminal</h2><h1>`, "Tarnvik closes ferry terminal"},
		{"without another heading it is the headline", "", `</h1><ol><li><a href="/">Start</a></li><li><a href="/n">News</a></li><li><h1>Tarnvik closes ferry terminal for eleven weeks</h1></li></ol><h1>`, "Tarnvik closes ferry terminal for eleven weeks"},
		{"a kicker that only the markup knows stays out", `<meta property="og:title" content="Ferry terminal in Tarnvik closes">`, `<span class="head__kicker">Harbour board</span> <span>Tarnvik closes ferry terminal</span>`, "Tarnvik closes ferry terminal"},
		{"a kicker that the data has too leads it", `<meta property="og:title" content="Harbour board: Tarnvik closes ferry terminal">`, `<span class="head__kicker">Harbour board</span> <span>Tarnvik closes ferry terminal</span>`, "Harbour board: Tarnvik closes ferry terminal"},
		{"a part that the data gives alone is the headline", `<meta property="og:title" content="Tarnvik closes ferry terminal"><script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour board: Tarnvik closes ferry terminal"}</script>`, `<span>Harbour board</span> <span>Tarnvik closes ferry terminal</span>`, "Tarnvik closes ferry terminal"},
		{"parts get the mark that the data has", `<meta property="og:title" content="Harbour board: Tarnvik closes ferry terminal">`, `<span>Harbour board</span> <span>Tarnvik closes ferry terminal</span>`, "Harbour board: Tarnvik closes ferry terminal"},
		{"entities are decoded once", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Boats &amp; piers: what now?"}</script>`, "", "Boats & piers: what now?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := read(t, pageOf("en", tt.head, tt.h1, "", body...)).Headline; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestBylines(t *testing.T) {
	ld := func(author string) string {
		return `<meta property="og:site_name" content="The Courier"><script type="application/ld+json">{"@type":"NewsArticle","headline":"x","author":` + author + `}</script>`
	}
	for _, tt := range []struct{ name, head, above, want string }{
		{"By is taken off", ld(`"By Mara Okafor"`), "", "Mara Okafor"},
		{"two in one string", ld(`"Mara Okafor and Jonas Weidel"`), "", "Mara Okafor; Jonas Weidel"},
		{"a list with a role", ld(`{"name":"Mara Okafor, harbour correspondent"}`), "", "Mara Okafor"},
		{"initials in brackets go", ld(`[{"name":"Mara Okafor (mok)"}]`), "", "Mara Okafor"},
		{"addresses are no names", ld(`"https://www.courier.example/mara"`), "", ""},
		{"each once", ld(`["Mara Okafor","MARA OKAFOR"]`), "", "Mara Okafor"},
		{"an agency with another stays whole", ld(`"Le Phare et NDP"`), "", "Le Phare et NDP"},
		{"a person shown wins over the outlet stated", ld(`{"@type":"Organization","name":"The Courier"}`), "<p>By Mara Okafor</p>", "Mara Okafor"},
		{"an agency that is no person comes last but is kept", `<meta property="og:site_name" content="The Courier"><script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Organization","name":"Nordpress"}}</script>`, "", "Nordpress"},
		{"the outlet when nobody is named", ld(`{"@type":"Organization","name":"The Courier"}`), "", "The Courier"},
		{"German", "", "<p>Von Mara Okafor und Jonas Weidel</p>", "Mara Okafor; Jonas Weidel"},
		{"French", "", "<p>Par Mara Okafor et Jonas Weidel</p>", "Mara Okafor; Jonas Weidel"},
		{"Spanish", "", "<p>Por Mara Okafor</p>", "Mara Okafor"},
		{"Italian", "", "<p>di Mara Okafor</p>", "Mara Okafor"},
		{"a link to an author’s page", "", `<div><a href="/authors/mara">Mara Okafor</a></div>`, "Mara Okafor"},
		{"marked beside the one that is stated", ld(`{"@type":"Person","name":"Mara Okafor"}`), `<address class="byline"><a rel="author">Jonas Weidel</a></address><address class="byline"><a rel="author">Mara Okafor</a></address>`, "Jonas Weidel; Mara Okafor"},
		{"names alone, parted by a stroke", ld(`"The Courier"`), "<p><b>Mara Okafor/Jonas Weidel</b></p>", "Mara Okafor; Jonas Weidel"},
		{"the outlet's own line is passed over", ld(`"The Courier"`), `<div class="meta">by The CourierJanuary 14, 2025</div><p>Mara Okafor</p>`, "Mara Okafor"},
		{"initials behind the outlet's name", ld(`"courier/mok;jwe"`), "", "courier/mok; jwe"},
		{"a label", ld(`"The Courier"`), `</main><ul><li><b>Author</b> Mara Okafor</li></ul><main>`, "Mara Okafor"},
		{"an author that gives the host is the outlet", `<meta name="author" content="North Wave (courier.example)">`, "<p>By Mara Okafor</p>", "Mara Okafor"},
		{"an agency with its place", ld(`{"@type":"Organization","name":"The Courier"}`), "<div>AFP, MANILA</div>", "AFP, MANILA"},
		{"initials of a desk", "", "<p>By TPN, in <a href=/b>Business</a></p>", "TPN"},
		{"an abbreviation that begins a sentence", "", "<p>By EU rules the quay must be closed.</p>", ""},
		{"Chinese", "", "<div>(责编：牛镛、岳弘彬)</div>", "牛镛; 岳弘彬"},
		{"Korean", ld(`"구현모 기자"`), "", "구현모"},
		{"below a headline with a kicker", `<meta property="og:title" content="Tarnvik shuts the ferry terminal">`, `</main><h2><span class="kicker">Harbour board</span> <span>Tarnvik shuts the ferry terminal</span></h2><p>Von Mara Okafor, Lille</p><main>`, "Mara Okafor"},
		{"a date in its line", "", "<p>By Mara Okafor and Jonas Weidel<br>January 14, 2025, 9:30</p>", "Mara Okafor; Jonas Weidel"},
		{"a date in its line, in German", "", "<p>Von Mara Okafor<br>am 14. Januar 2025</p>", "Mara Okafor"},
		{"a sentence is no byline", "", "<p>By noon the quay was empty.</p>", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(read(t, pageOf("en", tt.head, "Tarnvik closes ferry terminal", tt.above, body...)).Bylines, "; "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSignature(t *testing.T) {
	for _, tt := range []struct{ name, last, want string }{
		{"a name under the text", "<b>Mara Okafor</b>", "Mara Okafor"},
		{"a sentence", "Mara Okafor contributed.", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := read(t, pageOf("en", "", "Tarnvik closes ferry terminal", "", slices.Concat(body, []string{tt.last})...))
			if got := strings.Join(a.Bylines, "; "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if holds(a, "Mara Okafor") {
				t.Error("the signature stands in the text")
			}
		})
	}
}

func TestPublished(t *testing.T) {
	meta := func(s string) string { return `<meta property="article:published_time" content="` + s + `">` }
	for _, tt := range []struct{ name, lang, head, above, want string }{
		{"offset", "en", meta("2025-01-14T09:30:00+01:00"), "", "2025-01-14T08:30:00Z"},
		{"offset without colon", "en", meta("2025-01-14T09:30:00-0500"), "", "2025-01-14T14:30:00Z"},
		{"fraction", "en", meta("2025-01-14T09:30:00.123Z"), "", "2025-01-14T09:30:00.123Z"},
		{"no zone is UTC", "en", meta("2025-01-14 09:30:00"), "", "2025-01-14T09:30:00Z"},
		{"RFC 1123 with a named zone", "en", meta("Tue, 14 Jan 2025 09:30:00 EST"), "", "2025-01-14T14:30:00Z"},
		{"seconds since 1970", "en", meta("1736847000"), "", "2025-01-14T09:30:00Z"},
		{"day first when the month cannot be", "en", "", "<div>14/01/2025 09:30</div>", "2025-01-14T09:30:00Z"},
		{"nobody can tell", "en", "", "<div>03/04/2025 09:30</div>", ""},
		{"day first where the language writes so", "fr", "", "<div>03/04/2025 à 09h30</div>", "2025-04-03T09:30:00Z"},
		{"English, American", "en", "", "<div>Jan. 14, 2025 3:04 p.m. ET</div>", "2025-01-14T20:04:00Z"},
		{"English, British", "en", "", "<div>Tuesday 14 January 2025 05:53 GMT</div>", "2025-01-14T05:53:00Z"},
		{"German", "de", "", "<div>14. März 2025, 14:05 Uhr</div>", "2025-03-14T14:05:00Z"},
		{"German, two figures for the year", "de", "", "<div>Do 25.04.24 | 14:07 Uhr</div>", "2024-04-25T14:07:00Z"},
		{"French", "fr", "", "<div>Publié le 14 février 2025 à 14h05</div>", "2025-02-14T14:05:00Z"},
		{"Spanish", "es", "", "<div>14 de enero de 2025 - 14:05 CET</div>", "2025-01-14T13:05:00Z"},
		{"Portuguese", "pt", "", "<div>14 de fevereiro de 2025, 14:05</div>", "2025-02-14T14:05:00Z"},
		{"Italian", "it", "", "<div>14 gennaio 2025 14:05</div>", "2025-01-14T14:05:00Z"},
		{"Ukrainian", "uk", "", "<div>14 січня 2025, 14:05</div>", "2025-01-14T14:05:00Z"},
		{"Russian", "ru", "", "<div>14 января 2025, 14:05 MSK</div>", "2025-01-14T11:05:00Z"},
		{"a clock from the page refines a bare date", "en", `<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2025-01-14"}</script>` + meta("2025-01-14T09:30:00Z"), "", "2025-01-14T09:30:00Z"},
		{"31 February is no date", "en", meta("2025-02-31"), "", ""},
		{"the year 1 is no date", "en", meta("0001-01-01T00:00:00Z"), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := read(t, pageOf(tt.lang, tt.head, "Tarnvik closes ferry terminal", tt.above, body...))
			got := ""
			if !a.Published.IsZero() {
				got = a.Published.Format(time.RFC3339Nano)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestModified(t *testing.T) {
	ld := func(published, modified string) string {
		return `<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"` + published + `","dateModified":"` + modified + `"}</script>`
	}
	meta := func(s string) string { return `<meta property="article:modified_time" content="` + s + `">` }
	for _, tt := range []struct{ name, head, above, want string }{
		{"the article's data wins over the page's", ld("2025-01-14T09:30:00Z", "2025-01-14T10:00:00Z") + meta("2025-01-14T11:00:00Z"), "", "2025-01-14T10:00:00Z"},
		{"data that was not kept up gives way", ld("2025-01-14T09:30:00Z", "2025-01-14T09:30:00Z") + meta("2025-01-14T11:00:00Z"), "", "2025-01-14T11:00:00Z"},
		{"a zone from another statement of the same clock", ld("2025-01-14 09:30:00", "2025-01-14 10:00:00.0") + meta("2025-01-14T10:00:00+02:00"), "", "2025-01-14T08:00:00Z"},
		{"no zone from a statement of another clock", ld("2025-01-14 09:30:00", "2025-01-14 10:00:00") + meta("2025-01-14T10:05:00+02:00"), "", "2025-01-14T10:00:00Z"},
		{"a clock from what is said of the page", ld("2025-01-14", "2025-01-15") + `<script type="application/ld+json">{"@type":"WebPage","dateModified":"2025-01-15T08:22:22Z"}</script>`, "", "2025-01-15T08:22:22Z"},
		{"the long name of a meta", `<meta property="http://ogp.me/ns/article#modified_time" content="2025-01-14T10:00:00Z">`, "", "2025-01-14T10:00:00Z"},
		{"a line on the page", "", "<div>Updated 14 January 2025 10:00 GMT</div>", "2025-01-14T10:00:00Z"},
		{"not stated", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if a := read(t, pageOf("en", tt.head, "Tarnvik closes ferry terminal", tt.above, body...)); !a.Modified.IsZero() {
				got = a.Modified.Format(time.RFC3339)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLanguageAndSite(t *testing.T) {
	for _, tt := range []struct{ name, lang, head, wantLang, wantSite string }{
		{"primary subtag in lower case", "EN-gb", "", "en", ""},
		{"locale", "", `<meta property="og:locale" content="de_AT">`, "de", ""},
		{"structured data", "", `<script type="application/ld+json">{"@type":"NewsArticle","inLanguage":"uk-UA","publisher":{"name":"Гавань"}}</script>`, "uk", "Гавань"},
		{"the locale, where the text speaks it and the template another", "de", `<meta property="og:locale" content="en_GB">`, "en", ""},
		{"the template, where the text does not speak the locale's", "en", `<meta property="og:locale" content="de_DE">`, "en", ""},
		{"told from the text when nothing states it", "", "", "en", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := read(t, pageOf(tt.lang, tt.head, "Tarnvik closes ferry terminal", "", body...))
			if a.Language != tt.wantLang || a.Site != tt.wantSite {
				t.Errorf("got %q and %q, want %q and %q", a.Language, a.Site, tt.wantLang, tt.wantSite)
			}
		})
	}
}

// TestCaptionsByTheirEnd: a paragraph that ends in the source of a picture is its caption,
// wherever it stands.
func TestCaptionsByTheirEnd(t *testing.T) {
	for text, want := range map[string]article.Role{
		"A diver inspects the northern pier of Tarnvik on Monday, Jan. 13, 2025. (AP Photo/Jon Varga)":                 article.Caption,
		"Ein Taucher prüft am Montag den nördlichen Pfeiler. Foto: Jon Varga/dpa":                                      article.Caption,
		"Un plongeur inspecte lundi la pile nord du port de Tarnvik. (Photo : Jon Varga)":                              article.Caption,
		"Водолаз перевіряє північну опору в понеділок. Фото: Йон Варга":                                                article.Caption,
		"The board showed pictures of the cracks (some of the images are twenty years old and not sharp).":             article.Body,
		"Im Rathaus hing am Dienstag noch ein altes Bild: Es zeigt den Hafen im Jahr 1994, vor dem Umbau der Pfeiler.": article.Body,
	} {
		a := read(t, pageOf("", "", "Tarnvik closes ferry terminal", "", amid(text)...))
		got := article.Role("none")
		for _, b := range a.Blocks {
			if b.Text == text {
				got = b.Role
			}
		}
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}
