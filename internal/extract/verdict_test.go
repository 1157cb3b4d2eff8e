package extract_test

import (
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/extract"
)

func TestVerdictOfWalls(t *testing.T) {
	for _, tt := range []struct {
		name, title, text string
		want              article.Verdict
	}{
		{"consent, English", "Courier", "We value your privacy. We and our partners store information on your device.", article.Consent},
		{"consent, German", "Courier", "Wir und unsere Partner verwenden Daten. Zustimmen und weiterlesen oder mit Werbung weiterlesen.", article.Consent},
		{"consent, French", "Courier", "Nous et nos partenaires déposons des cookies. Tout accepter", article.Consent},
		{"consent, Spanish", "Courier", "Nosotros y nuestros socios usamos cookies. Aceptar todo", article.Consent},
		{"consent, Portuguese", "Courier", "Nós e os nossos parceiros usamos cookies. Aceitar tudo", article.Consent},
		{"consent, Italian", "Courier", "Noi e i nostri partner utilizziamo i cookie. Accetta tutti", article.Consent},
		{"consent, Ukrainian", "Courier", "Ми використовуємо файли cookie. Прийняти всі", article.Consent},
		{"consent, Russian", "Courier", "Мы используем файлы cookie. Принять все", article.Consent},
		{"challenge by its title", "Just a moment...", "Waiting for courier.example to respond.", article.Blocked},
		{"captcha", "Courier", "To go on, verify that you are human. Press and hold the button.", article.Blocked},
		{"refusal", "Access Denied", "You don't have permission to access this page on this server.", article.Blocked},
		{"captcha, German", "Courier", "Bitte bestätigen Sie, dass Sie kein Roboter sind.", article.Blocked},
		{"captcha, Russian", "Courier", "Подтвердите, что вы не робот.", article.Blocked},
		{"log-in", "Log in", "Please sign in to read on. Forgot your password?", article.Login},
		{"log-in, German", "Anmelden", "Bitte melden Sie sich an. Passwort vergessen?", article.Login},
		{"missing", "Courier", "404 error. The page you requested does not exist.", article.NotAnArticle},
		{"maintenance", "Courier", "The site is down for maintenance and will be back within the hour.", article.NotAnArticle},
		{"nothing", "", "", article.UnreadablePage},
		{"another kind of file", "", strings.Repeat("\xff\xfe\x01PK", 400), article.UnreadablePage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := "<html><head><title>" + tt.title + "</title></head><body><div><p>" + tt.text + "</p></div></body></html>"
			if tt.text == "" {
				page = ""
			}
			r := extract.New(extract.Options{}).Extract([]byte(page), "https://courier.example/a")
			if r.Verdict != tt.want {
				t.Errorf("got %s (%s), want %s", r.Verdict, r.Reason, tt.want)
			}
			if r.Reason == "" {
				t.Error("no reason given")
			}
		})
	}
}

// TestVerdictOfArticles: the wording of walls on or about a page does not make an
// article a wall.
func TestVerdictOfArticles(t *testing.T) {
	banner := `<div class="cmp"><p>We value your privacy. We and our partners use cookies. Accept all. Reject all.</p></div>`
	article1 := `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Tarnvik closes ferry terminal","datePublished":"2025-01-14T08:00:00Z"}</script>`
	for _, tt := range []struct {
		name, head, above string
		paragraphs        []string
	}{
		{"a banner above a long article", "", banner, body},
		{"a banner above a short article", article1, banner, body[:2]},
		{"an article about robots", "", "", amid("The site asked visitors to verify that they are human and to accept all cookies, the union said.")},
		{"a subscription offer below a free article", article1, "<p>Already a subscriber? Log in</p>", body},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := extract.New(extract.Options{}).Extract(pageOf("en", tt.head, "Tarnvik closes ferry terminal", tt.above, tt.paragraphs...), "https://courier.example/a")
			if r.Verdict != article.OK {
				t.Errorf("got %s (%s)", r.Verdict, r.Reason)
			}
		})
	}
}

func TestVerdictOfTeasers(t *testing.T) {
	for _, tt := range []struct{ name, head, below string }{
		{"stated not free", `<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>`, ""},
		{"English", "", "<p>Subscribe to continue reading.</p>"},
		{"German", "", "<p>Jetzt weiterlesen mit Plus: exklusiv für Abonnenten</p>"},
		{"French", "", "<p>La suite est réservée aux abonnés. Il vous reste 80 % de cet article à lire.</p>"},
		{"Spanish", "", "<p>Contenido exclusivo para suscriptores</p>"},
		{"Italian", "", "<p>Contenuto riservato agli abbonati</p>"},
		{"Portuguese", "", "<p>Conteúdo exclusivo para assinantes</p>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := pageOf("en", tt.head, "Tarnvik closes ferry terminal", "", body[:2]...)
			page = []byte(strings.Replace(string(page), "</article>", tt.below+"</article>", 1))
			if r := extract.New(extract.Options{}).Extract(page, "https://courier.example/a"); r.Verdict != article.Teaser {
				t.Errorf("got %s (%s)", r.Verdict, r.Reason)
			}
		})
	}
}
