package quality

import (
	"regexp"
	"strings"

	"erratum/internal/article"
	"erratum/internal/text"
)

// weekdays by language, as far as they may stand for each other without other words
// around them: "во вторник" is left out where the rest have "в".
var weekdays = map[string]string{
	"en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
	"de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
	"fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
	"es": "lunes martes miércoles jueves viernes sábado domingo",
	"pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira",
	"it": "lunedì martedì mercoledì giovedì venerdì sabato",
	"uk": "понеділок вівторок середу четвер п’ятницю суботу неділю",
	"ru": "понедельник среду четверг пятницу субботу воскресенье",
}

// firstNames are common given names; what follows one is a surname. They are how a
// name is told from a noun in German and from an institution elsewhere.
const firstNames = ` Aaron Adam Adrian Alan Albert Alex Alexander Alexandra Alexis Alfred Ali Alice Amanda Amy Ana Anders André Andrea Andreas Andrew Andy
 Angela Anna Anne Annie Anthony Anton Antonio António Arthur Barbara Ben Benjamin Bernard Bernd Bill Bob Boris Brad Brandon Brian Bruce Bruno Carl Carla
 Carlo Carlos Carol Caroline Catherine Charles Charlie Charlotte Chris Christian Christina Christine Christoph Christopher Claire Claudia Colin Craig Cristina
 Dan Daniel Daniela Dave David Dennis Diana Diego Dmitri Dominic Dominik Don Donald Doug Douglas Ed Eduardo Edward Elena Elias Elizabeth Elon Emily Emma
 Emmanuel Eric Erik Eva Felix Fernando Florian Francesco Francis Francisco Frank Franz Fred Friedrich Gary Geoff Georg George Gerhard Giorgia Giovanni Giuseppe
 Gordon Graham Greg Guy Hannah Hans Harald Harry Heather Heike Heinz Helen Helmut Henrik Henry Holger Horst Howard Hugo Ian Ingrid Isabel Ivan Jack Jacob
 James Jan Jane Jason Jason Javier Jean Jeff Jeffrey Jennifer Jens Jeremy Jerome Jessica Jim Joachim Joan João Joe Johan Johannes John Jonas Jonathan Jorge José
 Joseph Josh Joshua Juan Judith Jules Julia Julian Julie Justin Jörg Jürgen Kai Karen Karin Karl Kate Katharina Katherine Kathy Katie Katja Keith Kelly Ken
 Kenneth Kevin Kim Klaus Kurt Larry Lars Laura Lauren Laurent Lea Leo Leon Leonard Linda Lisa Lisa Louis Luca Lucas Lucy Luis Luiz Lukas Luke Magnus Manfred
 Manuel Marc Marco Marcus Margaret Maria María Marie Mario Marion Mark Marta Martha Martin Martina Mary Mats Matt Matteo Matthew Matthias Max Melissa Michael
 Michel Michelle Miguel Mike Mohammed Monica Monika Nadia Nancy Natalie Nathan Neil Nicholas Nick Nicola Nicolas Nicole Nina Norbert Olaf Oleksandr Oliver
 Olivier Olga Oscar Otto Pablo Pamela Patricia Patrick Paul Paula Paulo Pedro Peter Petra Phil Philip Philipp Philippe Pierre Rachel Rainer Ralf Ralph Ray
 Rebecca Renate Ricardo Richard Rick Rob Robert Roberto Robin Roger Roland Ron Ronald Rosa Ross Roy Ruth Ryan Sabine Sally Sam Samantha Samuel Sandra Sara Sarah
 Scott Sean Sebastian Sergio Sharon Silke Silvia Simon Sofia Sophie Stefan Stefanie Stephan Stephanie Stephen Steve Steven Stuart Susan Susanne Sven Sylvia Tanja
 Ted Teresa Terry Theresa Thomas Tim Tina Tobias Todd Tom Tony Torsten Ulrich Ulrike Ursula Uwe Valentina Vanessa Victor Victoria Viktor Vincent Vladimir Volker
 Walter Wayne Werner Will William Wolfgang Xavier Yves Zoe
 Олександр Олексій Андрій Володимир Дмитро Іван Ігор Сергій Микола Юрій Віктор Павло Петро Михайло Олена Ольга Наталія Анна Марія
 Александр Алексей Андрей Владимир Дмитрий Иван Игорь Сергей Николай Юрий Виктор Павел Петр Михаил Елена Наталья Мария Дональд Джо `

// fullName is a given name and what follows it.
var fullName = regexp.MustCompile(`(\p{Lu}[\p{Ll}]+) (?:\p{Lu}\. )?(\p{Lu}[\p{Ll}]+(?:[-’']\p{Lu}[\p{Ll}]+)?)`)

// surnames returns the surnames of an article, each once.
func surnames(a *article.Article) []string {
	var out []string
	seen := map[string]bool{}
	for _, b := range a.Blocks {
		for _, m := range fullName.FindAllStringSubmatchIndex(b.Text, -1) {
			first, last := b.Text[m[2]:m[3]], b.Text[m[4]:m[5]]
			if seen[last] || len([]rune(last)) < 4 || !strings.Contains(firstNames, " "+first+" ") || strings.Contains(firstNames, " "+last+" ") || !isWhole(b.Text, m[4], m[5]) {
				continue
			}
			seen[last] = true
			out = append(out, last)
		}
	}
	return out
}

// citation names sources that may stand for each other: of one language and, where
// the verb agrees with its subject, of one gender.
type citation struct {
	lang      string
	feminine  bool
	wordCount int
}

// cited is a source that a block cites by name.
type cited struct {
	citation
	from, to int
	old      string
}

// name is a name of up to three words, with a title before it or without.
const name = `(?:(?:Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov)\. )?\p{Lu}\p{Ll}[\p{L}’'-]*(?: \p{Lu}\p{Ll}[\p{L}’'-]*){0,2}`

// citing are the ways to cite a source by language: verbs that may stand on either
// side of it, and words that stand before it.
var citing = map[string]*regexp.Regexp{
	"en": citingForm("said|says|added", "according to"),
	"de": citingForm("sagte|sagt|erklärte|betonte", "laut"),
	"fr": citingForm("a déclaré|a expliqué|a affirmé|a indiqué|explique|affirme|assure", "selon"),
	"es": citingForm("dijo|afirmó|explicó|señaló|aseguró", "según"),
	"pt": citingForm("disse|afirmou|explicou", "segundo"),
	"it": citingForm("ha detto|ha dichiarato|ha spiegato|spiega|afferma", "secondo"),
	"uk": citingForm("сказав|сказала|заявив|заявила|розповів|розповіла|повідомив|повідомила", ""),
	"ru": citingForm("сказал|сказала|заявил|заявила|рассказал|рассказала|сообщил|сообщила", ""),
}

// unnamed are English words that stand for people without naming them.
const unnamed = " all both few many most none one others several some "

// citingForm matches a source that stands between its verb and a mark, or between a
// mark and its verb: group 2 after verb 1, group 3 before verb 4.
func citingForm(verbs, before string) *regexp.Regexp {
	all := verbs
	if before != "" {
		all += "|" + before
	}
	return regexp.MustCompile(`(?:^|[ ,])(` + all + `) (` + name + `)[,.;:]|(?:^|[”"»,;.] )(` + name + `) (` + verbs + `)[ ,.:]`)
}

// citations returns the sources that a block cites by name.
func citations(block, lang string) []cited {
	form := citing[lang]
	if form == nil {
		return nil
	}
	var out []cited
	for _, m := range form.FindAllStringSubmatchIndex(block, -1) {
		who, how := m[4:6], m[2:4]
		if who[0] < 0 {
			who, how = m[6:8], m[8:10]
		}
		from, to := who[0], who[1]
		old, verb := block[from:to], block[how[0]:how[1]]
		words := strings.Fields(old)
		first := strings.ToLower(words[0])
		if strings.Contains(unnamed, " "+first+" ") || text.IsFunction(lang, first) || text.IsCalendar(lang, first) || text.IsCalendar(lang, strings.ToLower(words[len(words)-1])) {
			continue
		}
		// German puts any part of the sentence before the verb: "Ferner sagte er".
		if lang == "de" && len(words) == 1 && (from == 0 || strings.HasSuffix(block[:from], ". ")) {
			continue
		}
		feminine := (lang == "uk" || lang == "ru") && strings.HasSuffix(verb, "ла")
		out = append(out, cited{citation{lang, feminine, len(words)}, from, to, old})
	}
	return out
}
