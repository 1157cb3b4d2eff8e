package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/extract"
)

// wallPages are pages that stand before an article or in its place: title, then text.
// They are told by what is said, so each language says it in its own way.
var wallPages = map[article.Verdict]map[string][2]string{
	article.Consent: {
		"en": {"The Courier", "Your privacy is our concern. We and our 844 partners store and access personal data, like browsing data or unique identifiers, on your device. Selecting Accept all lets us show personalised ads. You can change your choices or withdraw your consent at any time."},
		"de": {"Der Kurier", "Lesen mit Werbung: Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Ihre Zustimmung ist jederzeit widerrufbar. Wir und unsere 210 Partner verarbeiten personenbezogene Daten. Oder mit dem Pur-Abo ohne Werbetracking lesen."},
		"fr": {"Le Courrier", "Avec votre accord, nous et nos 180 partenaires utilisons des traceurs pour stocker et consulter vos données personnelles. Vous pouvez retirer votre consentement à tout moment. Paramétrer les cookies. Continuer sans accepter."},
		"es": {"El Correo", "Tus datos, tus decisiones. Con tu consentimiento, nosotros y nuestros 845 socios almacenamos información en un dispositivo. Puedes rechazar todo o aceptar y cerrar."},
		"pt": {"O Correio", "Valorizamos a sua privacidade. Nós e os nossos 812 parceiros tratamos dados pessoais. Pode aceitar tudo ou rejeitar tudo."},
		"it": {"Il Corriere", "Noi e i nostri 800 partner archiviamo informazioni su un dispositivo. Puoi rifiutare e abbonarti oppure accettare i cookie. Il tuo consenso può essere revocato."},
		"uk": {"Кур’єр", "Ваша приватність важлива. Ми та наші 40 партнерів обробляємо персональні дані. Прийняти всі або налаштування cookie."},
		"ru": {"Курьер", "Нам важна ваша конфиденциальность. Мы и наши 40 партнёров обрабатываем персональные данные. Принять все."},
	},
	article.Login: {
		"en": {"Sign in", "Welcome back. Log in to your account to go on reading. Email. Password. Keep me signed in. Don’t have an account? Register."},
		"de": {"Anmeldung", "Melden Sie sich an, um weiterzulesen. E-Mail-Adresse. Kennwort vergessen? Sie haben noch kein Konto?"},
		"fr": {"Connexion", "Identifiez-vous pour lire cet article. Adresse e-mail. Mot de passe oublié ? Pas encore inscrit ?"},
		"es": {"Acceso", "Para leer esta noticia debes iniciar sesión. ¿Has olvidado tu contraseña? ¿No tienes una cuenta?"},
		"pt": {"Entrar", "Faça login para ler a notícia. E-mail. Senha. Esqueci minha senha. Não tem conta?"},
		"it": {"Accesso", "Effettua l’accesso per leggere. Hai dimenticato la password? Non hai un account?"},
		"uk": {"Вхід", "Щоб читати далі, увійдіть до свого кабінету. Забули пароль?"},
		"ru": {"Вход", "Необходимо авторизоваться, чтобы читать этот текст. Забыли пароль?"},
	},
	article.Blocked: {
		"en": {"courier.example", "We need to make sure you are not a robot. Please complete the challenge below. If you think this is a mistake, contact the site owner and quote the reference number."},
		"de": {"courier.example", "Wir haben ungewöhnlichen Datenverkehr aus Ihrem Netz bemerkt. Bitte bestätigen Sie, dass Sie ein Mensch sind."},
		"fr": {"courier.example", "Nous avons détecté une activité suspecte. Veuillez confirmer que vous êtes bien humain."},
		"es": {"courier.example", "Hemos detectado actividad sospechosa en tu red. Demuestra que eres humano."},
		"pt": {"courier.example", "Detectamos tráfego incomum na sua rede. Confirme que não é um robô."},
		"it": {"courier.example", "Abbiamo rilevato traffico anomalo. Conferma di essere una persona: risolvi il captcha."},
		"uk": {"courier.example", "Ми помітили підозрілу активність. Підтвердьте, що ви людина."},
		"ru": {"courier.example", "Мы заметили подозрительный трафик. Пройдите проверку."},
	},
}

// wallReasons are walls of other kinds, by the reason given.
var wallReasons = map[string]map[string][2]string{
	"says that there is no such page": {
		"en": {"Courier", "Sorry, we couldn’t find the page you wanted. Check the address or start from the front page."},
		"de": {"Kurier", "Hoppla! Diese Seite gibt es nicht. Vielleicht hilft die Suche weiter."},
		"fr": {"Courrier", "Oups, la page demandée semble introuvable."},
		"es": {"Correo", "¡Vaya! No hemos encontrado la página que busca."},
		"pt": {"Correio", "A página que procura não existe ou mudou de endereço."},
		"it": {"Corriere", "Ops, la pagina che cerchi non esiste."},
		"uk": {"Кур’єр", "На жаль, такої сторінки не існує."},
		"ru": {"Курьер", "Увы, такой страницы больше нет."},
	},
	"says that the article was taken away": {
		"en": {"Courier", "Sorry, this story is no longer available."},
		"de": {"Kurier", "Dieser Beitrag ist leider nicht mehr verfügbar."},
		"fr": {"Courrier", "Désolé, cet article n’est plus disponible."},
		"es": {"Correo", "Lo sentimos, esta noticia ya no está disponible."},
		"pt": {"Correio", "Este artigo já não está disponível."},
		"it": {"Corriere", "Questo articolo non è più disponibile."},
		"uk": {"Кур’єр", "На жаль, цей матеріал видалено."},
		"ru": {"Курьер", "К сожалению, эта статья была удалена."},
	},
	"says that the site is out of order": {
		"en": {"Courier", "We are having technical difficulties and will be back soon. Please try again later."},
		"de": {"Kurier", "Wegen Wartungsarbeiten ist unsere Seite zurzeit nicht erreichbar."},
		"fr": {"Courrier", "Notre site est en cours de maintenance. Nous serons de retour très bientôt."},
		"es": {"Correo", "Estamos realizando tareas de mantenimiento. Volveremos pronto."},
		"pt": {"Correio", "O site está em manutenção. Voltamos em breve."},
		"it": {"Corriere", "Il sito è in manutenzione. Torneremo presto."},
		"uk": {"Кур’єр", "На сайті тривають технічні роботи. Спробуйте пізніше."},
		"ru": {"Курьер", "На сайте ведутся технические работы. Попробуйте позже."},
	},
	"the page shows its text only to browsers that run JavaScript": {
		"en": {"Courier", "You need to enable JavaScript to run this app."},
		"de": {"Kurier", "Bitte aktivieren Sie JavaScript, um diese Seite zu sehen."},
		"fr": {"Courrier", "Veuillez activer JavaScript dans votre navigateur."},
		"es": {"Correo", "Esta página requiere JavaScript. Activa JavaScript y vuelve a cargarla."},
		"pt": {"Correio", "Por favor, habilite o JavaScript no seu navegador."},
		"it": {"Corriere", "Per favore attiva JavaScript nel tuo browser."},
		"uk": {"Кур’єр", "Будь ласка, увімкніть JavaScript у браузері."},
		"ru": {"Курьер", "Пожалуйста, включите JavaScript в браузере."},
	},
}

func plainPage(lang, head string, page [2]string) []byte {
	paragraphs := "<p>" + strings.ReplaceAll(page[1], ". ", ".</p><p>") + "</p>"
	return fmt.Appendf(nil, `<html lang="%s"><head><title>%s</title>%s</head><body><header><a href="/">%s</a></header><main><div>%s</div></main><footer>© 2025</footer></body></html>`, lang, page[0], head, page[0], paragraphs)
}

// claim is what some sites put into the head of a wall, too.
const claim = `<meta property="og:type" content="article"><meta property="og:title" content="Tarnvik closes ferry terminal"><meta property="article:published_time" content="2025-01-14T08:30:00Z">`

func TestWallsInEightLanguages(t *testing.T) {
	x := extract.New(extract.Options{})
	for verdict, pages := range wallPages {
		for lang, page := range pages {
			for _, head := range []string{"", claim} {
				if r := x.Extract(plainPage(lang, head, page), "https://courier.example/ferry"); r.Verdict != verdict || r.Reason == "" {
					t.Errorf("%s, %s, claims to be an article: %t: got %s (%s)", verdict, lang, head != "", r.Verdict, r.Reason)
				}
			}
		}
	}
	for reason, pages := range wallReasons {
		for lang, page := range pages {
			r := x.Extract(plainPage(lang, "", page), "https://courier.example/ferry")
			if r.Verdict == article.OK || r.Reason != reason {
				t.Errorf("%s, %s: got %s (%s)", reason, lang, r.Verdict, r.Reason)
			}
			if want := strings.Contains(reason, "taken away"); r.Withdrawn != want {
				t.Errorf("%s, %s: withdrawn is %t", reason, lang, r.Withdrawn)
			}
		}
	}
}

// TestLongConsentWall: a dialogue that lists its purposes is longer than many an
// article.
func TestLongConsentWall(t *testing.T) {
	text := strings.Repeat("With your consent, we and our 844 partners store and access information on a device. You may click to consent to our processing of your personal data, or manage options. ", 8)
	for _, head := range []string{"", claim} {
		if r := extract.New(extract.Options{}).Extract(plainPage("en", head, [2]string{"The Courier", text}), "https://courier.example/ferry"); r.Verdict != article.Consent {
			t.Errorf("got %s (%s), %d words", r.Verdict, r.Reason, r.Article.Words())
		}
	}
}

func TestChallengePages(t *testing.T) {
	for name, body := range map[string]string{
		"Cloudflare":           `<noscript>Enable JavaScript</noscript><script>window._cf_chl_opt={cvId:'3'};</script>`,
		"DataDome":             `<script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script><script src="https://ct.captcha-delivery.com/c.js"></script>`,
		"PerimeterX":           `<div id="px-captcha"></div><p>Before we continue</p>`,
		"Imperva":              `<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>`,
		"Akamai":               `<div id="sec-if-cpt-container"></div>`,
		"AWS":                  `<script>window.gokuProps = {"key":"x"};</script>`,
		"a puzzle and no more": `<form><div class="h-captcha"></div><button>Submit</button></form>`,
	} {
		r := extract.New(extract.Options{}).Extract([]byte("<html><head><title>courier.example</title></head><body>"+body+"</body></html>"), "https://courier.example/ferry")
		if r.Verdict != article.Blocked {
			t.Errorf("%s: got %s (%s)", name, r.Verdict, r.Reason)
		}
	}
	// The same firms measure quietly on ordinary pages, and forms have puzzles.
	page := pageOf("en", "", "Tarnvik closes ferry terminal", "", body...)
	page = append(page, `<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script><form><div class="g-recaptcha"></div></form>`...)
	if r := extract.New(extract.Options{}).Extract(page, "https://courier.example/ferry"); r.Verdict != article.OK {
		t.Errorf("an article with a puzzle in a form: got %s (%s)", r.Verdict, r.Reason)
	}
}

func TestScriptedPage(t *testing.T) {
	page := `<html><head><title>Courier</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div></body></html>`
	if r := extract.New(extract.Options{}).Extract([]byte(page), "https://courier.example/ferry"); r.Verdict != article.UnreadablePage || !strings.Contains(r.Reason, "JavaScript") {
		t.Errorf("got %s (%s)", r.Verdict, r.Reason)
	}
}

// TestErrorPageInManyWords: only the headline or title of a polite error page is short.
func TestErrorPageInManyWords(t *testing.T) {
	text := "<p>The address that led you here may come from an older site of ours, or from somebody who wrote it down by hand. We are sorry for the trouble. Our editors look at such addresses once a week and mend what they can, and the search above knows all reports since 1994.</p>"
	for _, page := range []string{
		"<title>404 - Not Found</title><h2>Courier</h2>" + text,
		"<title>Courier</title><h1>404 - Page does not exist</h1>" + text,
		"<title>Fehler | Kurier</title><h2>Kurier</h2>" + text,
	} {
		if r := extract.New(extract.Options{}).Extract([]byte(page), "https://courier.example/ferry"); r.Verdict != article.NotAnArticle {
			t.Errorf("%.60s: got %s (%s), headline %q", page, r.Verdict, r.Reason, r.Article.Headline)
		}
	}
}

// TestShortReportsOfWalls: a brief report that speaks of such things is an article.
func TestShortReportsOfWalls(t *testing.T) {
	for name, text := range map[string]string{
		"robots":       "The harbour office asks visitors of its site to prove that they are not a robot since Monday. A spokeswoman said that the office had seen unusual traffic from abroad. It hopes to drop the test within a month.",
		"cookies":      "The regulator fined a publisher 40,000 crowns on Friday because its readers had to accept all cookies before they could read. The publisher said it would appeal and that its partners had been told.",
		"logins":       "Police warn of letters that ask residents to log in to your account and confirm a payment. Eleven people lost money since May. The bank said it never sends such links by mail.",
		"maintenance":  "The ferry is temporarily unavailable for maintenance until Thursday, the harbour board said. Buses run every 20 minutes from the fish quay instead.",
		"a lost page":  "A court ordered the ministry on Tuesday to restore a report that its site has answered with “page not found” since March. The ministry has two weeks to comply.",
		"removed text": "The newspaper apologised on Friday to the mayor. Its article on the ferry has been removed and will not be replaced, the editor said, after two of the sources withdrew what they had said in May.",
	} {
		for _, head := range []string{"", claim} {
			if r := extract.New(extract.Options{}).Extract(pageOf("en", head, "Harbour office changes its site", "", text), "https://courier.example/a"); r.Verdict != article.OK && (head != "" || r.Article.Words() >= 40) {
				t.Errorf("%s, claims to be an article: %t: got %s (%s)", name, head != "", r.Verdict, r.Reason)
			}
		}
	}
}

// TestBannerOverBriefReport: a dialogue over a report of two sentences.
func TestBannerOverBriefReport(t *testing.T) {
	banner := `<div class="overlay"><p>We value your privacy. We and our 213 partners store and access information on a device.</p><p>Accept all. Reject all. Manage options.</p></div>`
	text := "The northern ferry terminal of Tarnvik reopens on Monday, the harbour board said. Boats leave every 40 minutes."
	if r := extract.New(extract.Options{}).Extract(pageOf("en", claim, "Ferry terminal reopens", banner, text), "https://courier.example/a"); r.Verdict != article.OK {
		t.Errorf("got %s (%s): %s", r.Verdict, r.Reason, r.Article.BodyText())
	}
}

// TestListingPage: a section's page stands where an expired article was.
func TestListingPage(t *testing.T) {
	var list strings.Builder
	for i := range 8 {
		fmt.Fprintf(&list, `<div class="entry"><h2><a href="/news/%d">The harbour board votes on pier %d</a></h2><p>The board of Tarnvik voted on Tuesday about the cost of pier %d, which was last renewed in 1994 and is used by 1,300 people a day.</p></div>`, i, i, i)
	}
	page := `<html lang="en"><head><title>News | Courier</title></head><body><main>` + list.String() + `</main></body></html>`
	if r := extract.New(extract.Options{}).Extract([]byte(page), "https://courier.example/news/"); r.Verdict != article.NotAnArticle {
		t.Errorf("got %s (%s)", r.Verdict, r.Reason)
	}
}

func TestPaidTexts(t *testing.T) {
	part := `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Tarnvik closes ferry terminal","hasPart":{"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":".rest"}}</script>`
	cut := append([]string(nil), body...)
	cut[len(cut)-1] = "A first tender for the work drew no bids last autumn and the board now…"
	for _, tt := range []struct {
		name, head string
		text       []string
		want       article.Verdict
		paid       bool
	}{
		{"a part is not free, and the text is broken off", part, cut, article.Teaser, true},
		{"a part is not free, but all is shown", part, body, article.OK, true},
		{"a part is not free, and a name ends it", part, append(append([]string(nil), body...), "Mara Okafor and Piotr Lindqvist"), article.OK, true},
		{"a part is not free, and a sentence is broken off", part, append(append([]string(nil), body[:3]...), "A first tender for the work drew no bids last autumn and the board now expects to choose"), article.Teaser, true},
		{"free, and ends with an ellipsis", "", cut, article.OK, false},
	} {
		r := extract.New(extract.Options{}).Extract(pageOf("en", tt.head, "Tarnvik closes ferry terminal", "", tt.text...), "https://courier.example/a")
		if r.Verdict != tt.want || r.Paid != tt.paid {
			t.Errorf("%s: got %s (%s), paid %t", tt.name, r.Verdict, r.Reason, r.Paid)
		}
	}
}
