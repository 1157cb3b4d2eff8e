package extract_test

import (
	"bytes"
	"slices"
	"testing"

	"erratum/internal/article"
	"erratum/internal/extract"
)

// holds reports whether an article has a block of some text.
func holds(a *article.Article, text string) bool {
	return slices.ContainsFunc(a.Blocks, func(b article.Block) bool { return b.Text == text })
}

// amid puts a paragraph into the middle of an article.
func amid(text string) []string {
	return slices.Concat(body[:2], []string{text}, body[2:])
}

func TestPromptsAreLeftOut(t *testing.T) {
	for _, text := range []string{
		"Sign up for our free newsletter and get the day’s news in your inbox.",
		"Subscribe now for unlimited access to our archive.",
		"Follow us on Facebook, Instagram and WhatsApp.",
		"Read more: What the closure means for the islands",
		"Support our journalism. Make a donation today.",
		"This article continues below. Enable push notifications to stay up to date with our reporting.",
		"Already a subscriber? Log in",
		"Lesen Sie auch: Was der neue Fahrplan bringt",
		"Jetzt unseren Newsletter abonnieren",
		"Hier klicken, um Kommentare anzuzeigen: Alle Kommentare",
		"Lire aussi : Les piles du pont",
		"Inscrivez-vous à notre newsletter quotidienne",
		"Lee también: Lo que cambia para los pasajeros",
		"Suscríbete a nuestro boletín diario",
		"Leia também: O que muda para os passageiros",
		"Leggi anche: Cosa cambia per i passeggeri",
		"Iscriviti alla nostra newsletter",
		"Читайте також: Що зміниться для пасажирів",
		"Підписуйтесь на наш канал у Telegram",
		"Читайте также: Что изменится для пассажиров",
		"Подписывайтесь на наш канал",
		"Support us with a monthly contribution and keep our reporting free.",
		"Unterstützen Sie unseren Journalismus mit einer Spende.",
		"Melden Sie sich an, um zu kommentieren",
		"Soutenez notre journalisme par un don.",
		"Recevez l’actualité chaque matin dans votre boîte mail.",
		"Apoya nuestro periodismo con una donación.",
		"Comparte este artículo",
		"Apoie o nosso jornalismo com uma doação.",
		"Compartilhe este artigo",
		"Sostieni il nostro giornalismo con una donazione.",
		"Condividi questo articolo",
		"Підтримайте нашу журналістику донатом",
		"Увійдіть, щоб залишити коментар",
		"Поддержите нашу журналистику донатом",
		"Поделиться статьёй",
	} {
		if a := read(t, pageOf("", "", "Tarnvik closes ferry terminal", "", amid(text)...)); holds(a, text) {
			t.Errorf("kept %q", text)
		}
	}
}

func TestNewsIsKept(t *testing.T) {
	for _, text := range []string{
		"The company said that 40,000 people had signed up for the service and that subscriptions rose by a third.",
		"Voters must register to take part, and can sign up for a postal vote until Friday.",
		"The firm changed its privacy policy in June and now asks visitors whether they accept cookies.",
		"A donation of 2 million crowns was made to the museum by a family from the island.",
		"“We use what we have,” said the harbour master. “Our work goes on, and so do our boats.”",
		"The newsletter of the union, which goes to 900 members, had warned of the cracks a year ago.",
		"More than 300 people wrote comments on the plan, and most were against it.",
		"Followers of the team on Facebook had been told to stay at home.",
		"Die Reederei verzeichnete nach eigenen Angaben 12.000 neue Abonnenten ihres Rundbriefs.",
		"Mehr als 300 Menschen kommen täglich mit dem Schiff in die Stadt, die meisten aus dem Norden.",
		"La société compte 12 000 abonnés, dont la moitié reçoit sa lettre par la poste.",
		"La empresa dijo que 12.000 personas se suscribieron al servicio durante el verano.",
		"Some 1,200 helpers had to accept the terms of use of the new service before they could start.",
		"The message told customers to “sign up for our newsletter” and to send a copy of their passport.",
		"Mehr als 1200 Helfer haben sich bereits registriert, und täglich kommen neue hinzu.",
		"Die Prüfer haben Fehler gefunden, die seit dem Bau der Pfeiler niemandem aufgefallen waren.",
		"In der Nachricht hieß es: „Bitte bestätigen Sie Ihre E-Mail-Adresse“, danach folgte ein Link.",
		"La piscine est ouverte, mais il vous reste à payer l’entrée, a plaisanté le maire.",
		"O governo quer que a oposição apoie o plano, que vai a votação na quinta-feira.",
		"La squadra ha 20.000 abbonati, il doppio della stagione passata, secondo la società.",
		"Президент відмовився підписатися під заявою, яку підготували депутати.",
		"Жители просили власти поддержать нас, но ответа не получили, сказала мэр.",
	} {
		if a := read(t, pageOf("", "", "Tarnvik closes ferry terminal", "", amid(text)...)); !holds(a, text) {
			t.Errorf("dropped %q", text)
		}
	}
}

// TestTextBetweenPrompts: a paragraph is the news's though it stands between two prompts,
// also a short one that has a line of tools in its box.
func TestTextBetweenPrompts(t *testing.T) {
	for _, text := range []string{
		"The union of ferry crews welcomed the decision but asked for more staff.",
		"Nobody was hurt.",
		"Die Gewerkschaft begrüßte den Beschluss, forderte aber mehr Personal.",
		"Le syndicat a salué la décision.",
	} {
		const ask = "Sign up for our newsletter."
		page := pageOf("", "", "Tarnvik closes ferry terminal", "", amid(ask)...)
		page = bytes.Replace(page, []byte(ask), []byte(ask+"</p><p>"+text+"</p><p>Follow us on Facebook and Instagram"), 1)
		if a := read(t, page); !holds(a, text) {
			t.Errorf("dropped %q", text)
		}
	}
}

// TestPlainTextIsSacred: what is no page dump comes out line by line.
func TestPlainTextIsSacred(t *testing.T) {
	lines := amid("Recommended action")
	lines = append(lines, "Subscribe to the mailing list of the board to hear of closures.", "Sources: harbour board, union")
	text := ""
	for _, l := range lines {
		text += l + "\n\n"
	}
	a := extract.New(extract.Options{}).PlainText(text, "").Article
	for _, l := range lines {
		if !holds(a, l) {
			t.Errorf("lost %q", l)
		}
	}
	if len(a.Blocks) != len(lines) || a.Headline != "" {
		t.Errorf("got %d blocks and headline %q, want %d lines", len(a.Blocks), a.Headline, len(lines))
	}
}
