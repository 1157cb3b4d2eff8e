package claim_test

import (
	"fmt"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/diff/claim"
)

// page builds an English article from lines; "# " marks the headline, "> " the dek,
// "@ " a byline, "! " a caption, "% " a note.
func page(text string) *article.Article {
	a := &article.Article{Language: "en"}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		mark, rest, _ := strings.Cut(line, " ")
		switch mark {
		case "":
		case "#":
			a.Headline = rest
		case ">":
			a.Dek = rest
		case "@":
			a.Bylines = append(a.Bylines, rest)
		case "!":
			a.Blocks = append(a.Blocks, article.Block{Role: article.Caption, Text: rest})
		case "%":
			a.Blocks = append(a.Blocks, article.Block{Role: article.Note, Text: rest})
		default:
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: line})
		}
	}
	return a
}

func compare(before, after string) *diff.Diff {
	return diff.Compare(diff.Parse(page(before)), diff.Parse(page(after)))
}

// compareIn compares one paragraph in a language.
func compareIn(lang, before, after string) *diff.Diff {
	parse := func(s string) *diff.Doc {
		return diff.Parse(&article.Article{Language: lang, Blocks: []article.Block{{Role: article.Body, Text: s}}})
	}
	return diff.Compare(parse(before), parse(after))
}

// sketch writes changes down, one a line: kind, old value, new value.
func sketch(cs []claim.Change) string {
	var b strings.Builder
	for _, c := range cs {
		before, after := "", ""
		if c.Before != nil {
			before = c.Before.Text
		}
		if c.After != nil {
			after = c.After.Text
		}
		fmt.Fprintf(&b, "%s: %s -> %s\n", c.Kind, before, after)
	}
	return strings.ReplaceAll(strings.Trim(b.String(), "\n"), `"`, "“")
}

func TestChanges(t *testing.T) {
	// The rest stands in both versions.
	const rest = "\nOldport is a town of 9,000 people. Ann Lee, a councillor, was there with Boris Hale and Mr. Stone."
	tests := []struct{ name, before, after, want string }{
		{"deaths", "Officials said 12 miners were killed in the blast.", "Officials said 17 miners were killed in the blast.", "number: 12 -> 17"},
		{"deaths in words", "The blast killed twelve miners.", "The blast killed 17 miners.", "number: twelve -> 17"},
		{"currency", "The fine was £500 for each boat.", "The fine was €500 for each boat.", "number: £500 -> €500"},
		{"unit", "The pipe is 80 km long.", "The pipe is 80 miles long.", "number: 80 km -> 80 miles"},
		{"magnitude", "The pipe cost $3 million to build.", "The pipe cost $3 billion to build.", "number: $3 million -> $3 billion"},
		{"separator moved", "Rain of 3.5 inches fell.", "Rain of 35 inches fell.", "number: 3.5 inches -> 35 inches"},
		{"score", "The home side won 52-48 on Monday.", "The home side won 52-46 on Monday.", "number: 52-48 -> 52-46"},
		{"range", "Between 10 and 15 boats were lost.", "Between 10 and 25 boats were lost.", "number: Between 10 and 15 -> Between 10 and 25"},
		{"age", "A 62-year-old docker fell.", "A 26-year-old docker fell.", "number: 62-year-old -> 26-year-old"},
		{"age in another form", "The boy, 9, fell from the pier.", "The 10-year-old boy fell from the pier.", "number: 9 -> 10-year-old"},
		{"article and number", "A docker was held on Monday.", "Two dockers were held on Monday.", "number: A docker -> Two dockers"},
		{"article and unit", "The boat came an hour later.", "The boat came two hours later.", "number: an hour -> two hours"},
		{"one of them", "One of them was treated for frostbite.", "Two of them were treated for frostbite.", "number: One -> Two"},
		{"degrees", "It was 40C on the pier.", "It was 42C on the pier.", "number: 40C -> 42C"},
		{"minus", "It was -5C on the pier.", "It was 5C on the pier.", "number: -5C -> 5C"},
		{"multiple as a verb", "Rents in the port doubled in a year.", "Rents in the port tripled in a year.", "number: doubled -> tripled"},
		{"percent", "Trade fell 4% in a year.", "Trade fell 6% in a year.", "number: 4% -> 6%"},
		{"fraction", "About a third of the boats were lost.", "About half of the boats were lost.", "number: About a third -> About half"},
		{"share", "One in four boats were lost.", "One in five boats were lost.", "number: One in four -> One in five"},
		{"length of time", "The work took two years.", "The work took 18 months.", "number: two years -> 18 months"},
		{"so often in a time", "It sank two boats in four days.", "It sank two boats in five days.", "number: four days -> five days"},
		{"minus in words and plus", "It was minus 9 degrees on the pier.", "It was 9 degrees on the pier.", "number: minus 9 degrees -> 9 degrees"},
		{"other initials", "Money came from the WFP.", "Money came from the World Health Organization.", "name: WFP -> World Health Organization"},
		{"version", "Users of gauge 6.6.3 must update.", "Users of gauge 6.6.4 must update.", "number: 6.6.3 -> 6.6.4"},
		{"two numbers, each by its noun", "There were 4 boats and 9 crews.", "There were 5 boats and 11 crews.", "number: 4 -> 5\nnumber: 9 -> 11"},
		{"values changed places", "The storm left 12 dead and 30 hurt.", "The storm left 30 dead and 12 hurt.", "number: 12 -> 30\nnumber: 30 -> 12"},
		{"no approximation", "About 3,000 people marched.", "Exactly 3,000 people marched.", "number-precision: About 3,000 -> Exactly 3,000"},
		{"approximation", "The march drew 3,000 people.", "The march drew at least 3,000 people.", "number-precision: 3,000 -> at least 3,000"},
		{"number came", "The blast damaged the pier.", "The blast damaged the pier and 14 boats.", "number-added:  -> 14"},
		{"number went", "The blast damaged the pier and 14 boats.", "The blast damaged the pier.", "number-removed: 14 -> "},

		{"weekday", "The council meets on Monday.", "The council meets on Tuesday.", "date: Monday -> Tuesday"},
		{"day", "The council meets on March 3.", "The council meets on March 13.", "date: March 3 -> March 13"},
		{"year", "The pier was built in 1904.", "The pier was built in 1914.", "date: 1904 -> 1914"},
		{"part of the day", "The talks began on Monday evening.", "The talks began on Monday morning.", "date: Monday evening -> Monday morning"},
		{"season", "The trial is due in the spring.", "The trial is due in the autumn.", "date: in the spring -> in the autumn"},
		{"dates changed places", "It was due on May 20, but the port moved it to June 17, which is late.", "It was due on June 17, but the port moved it up to May 20, which is late.", "date: May 20 -> June 17\ndate: June 17 -> May 20"},
		{"clock in words", "The doors open at half past seven.", "The doors open at half past eight.", "date: half past seven -> half past eight"},
		{"clock", "The council meets at 3pm.", "The council meets at 4:30 p.m.", "date: 3pm -> 4:30 p.m."},
		{"day went", "The port did not answer on Monday.", "The port did not answer.", "date-removed: Monday -> "},

		{"a court's decision", "The court granted the appeal.", "The court dismissed the appeal.", "direction: granted -> dismissed"},
		{"said instead of known", "The army took the island.", "The army said it had taken the island.", "attribution-added:  -> The army"},
		{"who speaks for the source", "Moss said he would not sell the pier.", "Moss's lawyer said he would not sell the pier.", "attribution: Moss -> Moss's lawyer"},
		{"other words shouted", `The man shouted "Stop" before he fired.`, `The man shouted "Get out" before he fired.`, "quote: “Stop“ -> “Get out“"},
		{"none and some", "None of the dockers were paid.", "Some of the dockers were paid.", "negation: None -> Some"},
		{"kept", "The bank raised its rate to 4.5%.", "The bank kept its rate at 4.5%.", "direction: raised -> kept"},
		{"place", "Shells fell on Northam overnight.", "Shells fell on Westerby overnight.", "name: Northam -> Westerby"},
		{"surname", "The report was written by Ann Lee and Jo Moss.", "The report was written by Ann Lee and Jo Marsh.", "name: Jo Moss -> Jo Marsh"},
		{"first name", "The report was written by Greta Finch.", "The report was written by Oscar Finch.", "name: Greta Finch -> Oscar Finch"},
		{"countries one letter apart", "The crew came from Iran last week.", "The crew came from Iraq last week.", "name: Iran -> Iraq"},
		{"spelling", "The report was written by Jo Marshal.", "The report was written by Jo Marshall.", "name-spelling: Jo Marshal -> Jo Marshall"},
		{"name for a description", "The boats were built by our partner in May.", "The boats were built by Ostrander in May.", "name: partner -> Ostrander"},
		{"description for a name", "The boats were built by Ostrander in May.", "The boats were built by our partner in May.", "name: Ostrander -> partner"},
		{"spelling by ear", "Katherine Maddox was walking her dog.", "Kathryn Maddox was walking her dog.", "name-spelling: Katherine Maddox -> Kathryn Maddox"},
		{"address", "Write to crew-help@port.example for more.", "Write to ship-help@port.example for more.", "name: crew-help@port.example -> ship-help@port.example"},

		{"role", "The acting mayor Ann Lee spoke.", "The former mayor Ann Lee spoke.", "role: acting -> former"},
		{"verb of saying", "The mayor said the pier was safe.", "The mayor claimed the pier was safe.", "attribution-verb: said -> claimed"},
		{"source", "The pier is unsafe, according to Ann Lee.", "The pier is unsafe, according to Boris Hale.", "attribution: Ann Lee -> Boris Hale"},
		{"source before the verb", "Hale said the pier was unsafe.", "Stone said the pier was unsafe.", "attribution: Hale -> Stone"},

		{"source without a name", "Six soldiers were killed, according to the army.", "Six soldiers were killed, according to local hospital staff.", "attribution: the army -> local hospital staff"},
		{"source that got a name", "The port will close, a person familiar with the plans said.", "The port will close, finance director Jo Moss said.", "attribution: a person familiar with the plans -> finance director Jo Moss"},
		{"source of the same kind of body", "The finance ministry said the tax would stay.", "The defence ministry said the tax would stay.", "attribution: The finance ministry -> The defence ministry"},
		{"source came", "The blast was caused by a corroded pipe.", "The blast was caused by a corroded pipe, the plant's safety manager said.", "attribution-added:  -> the plant's safety manager"},
		{"source went", "The boat sank within minutes, according to the skipper's brother.", "The boat sank within minutes.", "attribution-removed: the skipper's brother -> "},
		{"second source", "The pier is unsafe, two port officials said.", "The pier is unsafe, two port officials and a relative said.", "attribution-added:  -> a relative"},
		{"belief", "Doctors believe that the crew was poisoned.", "The crew was poisoned.", "attribution-removed: Doctors -> "},
		{"no source", "The blaze claimed two lives.", "The flood claimed two lives.", "content: blaze -> flood"},

		{"hedge", "Troops have withdrawn from the ridge.", "Troops appear to have temporarily withdrawn from the ridge.", "hedge-added:  -> appear to"},
		{"hedge went", "The fire was allegedly started by a guard.", "The fire was started by a guard.", "hedge-removed: allegedly -> "},
		{"modal", "The dam will break.", "The dam could break.", "hedge-added:  -> could"},
		{"negation", "The union did not sign the deal.", "The union signed the deal.", "negation: not -> "},
		{"negation came", "The union signed the deal.", "The union never signed the deal.", "negation:  -> never"},
		{"negation came here and went there", "The rule never held for boats but it does hold for trains in most of the ports.", "The rule held for boats but it does not hold for trains in most of the ports.", "negation: never -> \nnegation:  -> not"},
		{"one of", "It is one of the largest piers in the bay.", "It is the largest pier in the bay.", "hedge-removed: one of the largest -> "},
		{"event", "The ship is arriving on Friday.", "The ship arrived on Friday.", "status: is arriving -> arrived"},
		{"man or woman", "The guard said she was alone.", "The guard said he was alone.", "content: she -> he"},
		{"word with a hyphen", "It is a fantasy-comedy series.", "It is a fantasy-thriller series.", "content: fantasy-comedy -> fantasy-thriller"},
		{"another thing", "Divers found 30 kg of cocaine in the hold.", "Divers found 30 kg of heroin in the hold.", "content: cocaine -> heroin"},
		{"another sort", "The pier received mixed reviews.", "The pier received glowing reviews.", "content: mixed -> glowing"},
		{"negating prefix", "The repair is likely this year.", "The repair is unlikely this year.", "negation: likely -> unlikely"},
		{"last two numbers", "It rests on reports from 131 crews.", "It rests on 147 reports.", "number: 131 -> 147"},
		{"denial and silence", "The firm denied that it had used wet sand.", "The firm did not comment on whether it had used wet sand.", "attribution-verb: denied -> did not comment"},
		{"thing far behind its article", "It is a large red wooden pier.", "It is a large red wooden barge.", "content: pier -> barge"},
		{"opposite of a verb", "The council has eased the rules.", "The council has tightened the rules.", "direction: eased -> tightened"},
		{"called off", "The strike was called off.", "The strike was postponed.", "status: called off -> postponed"},
		{"office before its name", "The owner, Ann Lee, sold the pier.", "The former owner, Ann Lee, sold the pier.", "role:  -> former"},
		{"would and might", "She said the crew would recover.", "She said the crew might recover.", "hedge-added: would -> might"},
		{"lack is no denial come new", "The plant has been short of orders.", "The plant has lacked orders.", "content: short -> lacked"},
		{"modifier", "The crew sang in a rock band.", "The crew sang in an alternative rock band.", "content-added:  -> alternative"},
		{"status", "A guard was arrested over the fire.", "A guard was charged over the fire.", "status: arrested -> charged"},
		{"offence", "A guard was charged with murder.", "A guard was charged with manslaughter.", "status: murder -> manslaughter"},
		{"found safe, found dead", "The girl was found safe on the island.", "The girl was found dead on the island.", "status: safe -> dead"},
		{"place", "The shell fell in Oldport at noon.", "The shell fell near Oldport at noon.", "direction: in -> near"},
		{"harm", "Four dockers were injured.", "Four dockers were killed.", "status: injured -> killed"},
		{"direction", "Trade at the docks rose in May.", "Trade at the docks fell in May.", "direction: rose -> fell"},
		{"quantifier", "All boats were lost in the storm.", "Some boats were lost in the storm.", "quantifier: All -> Some"},

		{"quote word dropped", `"This was a cruel and stupid act," she said.`, `"This was a stupid act," she said.`, `quote: “This was a cruel and stupid act,“ -> “This was a stupid act,“`},
		{"booster in a quote", `"I am not entirely against it," she said.`, `"I am not against it," she said.`, `quote: “I am not entirely against it,“ -> “I am not against it,“`},
		{"negation in a quote", `"We will never leave," she said.`, `"We will leave," she said.`, `quote: “We will never leave,“ -> “We will leave,“`},
		{"quote went on", `"I have read the report," she said.`, `"I have read the report, and it contains several errors of fact," she said.`, `quote: “I have read the report,“ -> “I have read the report, and it contains several errors of fact,“`},
		{"number in a quote", `"We lost 12 boats," she said.`, `"We lost 17 boats," she said.`, "number: 12 -> 17"},
		{"quote came", "The mayor spoke at the pier.", `The mayor spoke at the pier. "Nobody will lose a single job over this," she said.`, `quote-added:  -> “Nobody will lose a single job over this,“ she said.`},
		{"marks came", "The plan is a folly of vanity to many.", `The plan is "a folly of vanity" to many.`, "quote-quoted: a folly of vanity -> “a folly of vanity“"},
		{"marks went", `The plan is "a folly of vanity" to many.`, "The plan is a folly of vanity to many.", "quote-unquoted: “a folly of vanity“ -> a folly of vanity"},

		{"sentence came", "The mayor spoke.", "The mayor spoke. Engineers found cracks below the waterline.", "content-added:  -> Engineers found cracks below the waterline."},
		{"sentence went", "The mayor spoke. Engineers found cracks below the waterline.", "The mayor spoke.", "content-removed: Engineers found cracks below the waterline. -> "},
		{"clause came", "The mayor spoke at the pier.", "The mayor spoke at the pier, where engineers had found deep cracks.", "content-added:  -> engineers had found deep cracks"},
		{"small word in a quote", `"We work for the port," she said.`, `"We work with the port," she said.`, `quote: “We work for the port,“ -> “We work with the port,“`},
		{"date in a dateline", "OLDPORT, April 25 (Wire) - The pier was closed.", "OLDPORT, April 15 (Wire) - The pier was closed.", "date: April 25 -> April 15"},
		{"dateline", "OLDPORT (Wire) - The pier was closed.", "SOUTHSEA (Wire) - The pier was closed.", "dateline: OLDPORT (Wire) - -> SOUTHSEA (Wire) -"},

		{"headline number", "# Blast in Westerby hurts 4", "# Blast in Westerby hurts 6", "number: 4 -> 6"},
		{"headline wording", "# Storm batters the coast", "# Storm pounds the coast", "headline-wording: Storm batters the coast -> Storm pounds the coast"},
		{"headline rewritten", "# Storm batters the coast", "# Thousands without light as sea wall breaks", "headline: Storm batters the coast -> Thousands without light as sea wall breaks"},
		{"byline", "@ Ann Lee", "@ Jo Moss", "byline: Ann Lee -> Jo Moss"},

		{"not a month", "The fund may march on.", "The fund may march on.", ""},
		{"a year is no count", "In 2004, 40 boats were built.", "In 2004, 45 boats were built.", "number: 40 -> 45"},
		{"value known elsewhere came", "The port is in Oldport.", "The port is in Oldport, a town of 9,000.", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := sketch(claim.Changes(compare(tt.before+rest, tt.after+rest)))
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
