package summarize_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/summarize"
)

// version reads a plain article: a line "# ..." is the headline, every other one a
// paragraph, the first of them the lede.
func version(text string) *article.Article {
	a := &article.Article{Language: "en"}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch head, ok := strings.CutPrefix(line, "# "); {
		case ok:
			a.Headline = head
		case line != "" && len(a.Blocks) == 0:
			a.Blocks = append(a.Blocks, article.Block{Role: article.Lede, Text: line})
		case line != "":
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: line})
		}
	}
	return a
}

func summaryOf(before, after string) (summarize.Summary, *report.Report) {
	r := report.Compare(version(before), version(after))
	return summarize.Compose(r), r
}

// The article that a statement was added to, under a note with a slip of the pen.
const (
	quarry = "Villagers have left the valley below the Hollin dam, the county's rescue service said on 12 March as heavy rain went on for a third day.\n" +
		"The report followed a broadcast by Radio Aske, which cited a warden with the call sign \"Heron,\" who said that families had left the lower farms.\n" +
		"The dam was built in 1954 and holds back the water of three rivers. Engineers have looked at its gates every hour since Monday.\n" +
		"\"Heron\" expected the families to be home before the weekend. The warden also praised the calm of the farmers.\n" +
		"Nobody was hurt, according to the fire brigade.\n"
	quarryLater = "Editor’s note: The article was update with a statement by Captain Ines Varga, a spokeswoman of the county rescue service.\n" +
		"Villagers appear to have briefly left one of the hamlets in the valley below the Hollin dam, the county's rescue service said on 12 March as heavy rain went on for a third day.\n" +
		"The report followed a broadcast by Radio Aske, which cited a warden with the call sign \"Heron,\" who said that families had left the lower farms.\n" +
		"Captain Ines Varga, a spokeswoman of the county rescue service, clarified that the families appear to have left only the hamlet nearest to the spillway, where her unit is posted.\n" +
		"The dam was built in 1954 and holds back the water of three rivers. Engineers have looked at its gates every hour since Monday.\n" +
		"\"Heron\" expected the families to be home before the weekend. The warden also praised the calm of the farmers.\n" +
		"Nobody was hurt, according to the fire brigade.\n"
)

// TestUpdateWithStatement: the claim that became weaker and the new source lead, the
// note is quoted as it stands and tied to what it speaks of.
func TestUpdateWithStatement(t *testing.T) {
	s, r := summaryOf(quarry, quarryLater)
	want := "Now hedged: “Villagers have left the valley below the Hollin dam, the county's rescue…” → " +
		"“Villagers appear to have briefly left one of the hamlets in the valley below the Hollin dam” (lede)\n" +
		"• Added source: “Captain Ines Varga, a spokeswoman of the county rescue service, clarified that the families…” (body)\n" +
		"> Editor’s note: The article was update with a statement by Captain Ines Varga, a spokeswoman of the county rescue service. — matches: Added source\n" +
		"Announced: yes, update"
	if s.String() != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
	if !strings.Contains(s.Markdown(), "**appear to have briefly left one of the hamlets in the**") || !strings.Contains(s.Markdown(), "**Captain Ines Varga**") {
		t.Errorf("what is new does not stand out:\n%s", s.Markdown())
	}
	if len(r.Notes) != 1 || r.Notes[0].Kind != "update" || len(r.Notes[0].Links) == 0 {
		t.Errorf("notes %+v", r.Notes)
	}
	for _, i := range r.Notes[0].Links {
		if !strings.Contains(r.Changes[i].After, "Varga") && !strings.Contains(r.Changes[i].After, "spillway") {
			t.Errorf("tied to %+v", r.Changes[i])
		}
	}
}

// TestFacts: how single changes read, from two versions to a line.
func TestFacts(t *testing.T) {
	const rest = "The pier of Kessin has been shut since Monday.\nNobody could say when it opens."
	tests := []struct{ name, before, after, want string }{
		{
			"the headline was forgotten", "# Blast at Oldport kills 12 dockers\n" + rest + "\nPolice said 12 dockers died.", "# Blast at Oldport kills 12 dockers\n" + rest + "\nPolice said 17 dockers died.",
			"Dockers: 12 → 17 in “Police said 17 dockers died.” (body; the headline still says 12)\nAnnounced: no note found",
		},
		{
			"a full name and its short form", "Helena Marsh gave evidence on Tuesday.\n" + rest + "\nMs Marsh said she had written to the board.\nThe board had thanked Ms Marsh.",
			"Helena Voss gave evidence on Tuesday.\n" + rest + "\nMs Voss said she had written to the board.\nThe board had thanked Ms Voss.",
			"Name: Helena Marsh → Helena Voss in “Helena Voss gave evidence on Tuesday.” (lede + 2 places)\nAnnounced: no note found",
		},
		{
			"a word within a quotation", rest + "\n“It has been a painful half year for everyone who works at the yard, and we will not dress it up,” said Gwen Tallis.",
			rest + "\n“It has been a mixed half year for everyone who works at the yard, and we will not dress it up,” said Gwen Tallis.",
			"Quote changed: “It has been a painful half year for everyone who works at the…” → “It has been a mixed half year for everyone who works at the…” (body)\nAnnounced: no note found",
		},
		{
			"what went with a value is shown", rest + "\nThe tool affects version 3.0.1 everywhere.", rest + "\nThe tool affects version 3.0.0.",
			"Number: “The tool affects version 3.0.1 everywhere.” → “The tool affects version 3.0.0.” (body)\nAnnounced: no note found",
		},
		{
			"a new sentence is told once", rest, rest + "\nCaptain Ines Varga of the Oldport fire brigade said 40 volunteers had searched the pier for 9 hours.",
			"Added source: “Captain Ines Varga of the Oldport fire brigade said 40 volunteers had searched the pier for 9 hours.” (body)",
		},
		{
			"the note says both", rest + "\nThe repairs will cost £2.4 million.", rest + "\nThe repairs will cost £4.2 million.\nCorrection: The repairs will cost £4.2 million, not £2.4 million.",
			"Number: £2.4 million → £4.2 million (body)\n> Correction: The repairs will cost £4.2 million, not £2.4 million. — matches: Number\nAnnounced: yes, correction",
		},
		{
			"what went is not confused with what is around it", rest + "\nThe mayor did not answer a request on Friday for comment.", rest + "\nThe mayor did not answer a request for comment.",
			"Removed date: Friday, from “The mayor did not answer a request on Friday for comment.” (body)",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if s, _ := summaryOf(tt.before, tt.after); s.String() != tt.want {
				t.Errorf("got\n%s\nwant\n%s", s, tt.want)
			}
		})
	}
}

// checkSummary: the limits hold, nothing is said beyond the two texts, and it is the
// same twice.
func checkSummary(t interface{ Fatalf(string, ...any) }, before, after string) {
	s, r := summaryOf(before, after)
	plain := s.String()
	if again, _ := summaryOf(before, after); plain != again.String() || s.Markdown() != again.Markdown() {
		t.Fatalf("differs the second time:\n%s\n%s", plain, again)
	}
	if n := utf8.RuneCountInString(plain); n > summarize.MaxLength || len(s.Bullets) >= summarize.MaxFacts || utf8.RuneCountInString(s.Headline()) > summarize.MaxHeadline {
		t.Fatalf("%d runes, %d bullets, headline %q:\n%s", n, len(s.Bullets), s.Headline(), plain)
	}
	if r.Outcome != report.Changed {
		return
	}
	if beyond := summarize.NewEvidence(before, after).Unsupported(plain); len(beyond) > 0 {
		t.Fatalf("%q stand nowhere:\n%s\nin\n%s\nor\n%s", beyond, plain, before, after)
	}
}

// TestEditedTexts edits a text of our own in many ways, by seed.
func TestEditedTexts(t *testing.T) {
	values := [][2]string{
		{"12 March", "14 March"}, {"three rivers", "four rivers"}, {"1954", "1956"}, {"Radio Aske", "Radio Lorn"}, {"Heron", "Plover"},
		{"Nobody was hurt", "Two people were hurt"}, {"have left", "may have left"}, {"the fire brigade", "Fire Chief Tomas Brandt"},
		{"praised the calm", "criticised the calm"}, {"Monday", "Sunday"}, {"Hollin", "Hollins"}, {"every hour", "hourly"}, {"\"", "“"},
		{"expected", "did not expect"}, {"said", "claimed"}, {"heavy", "steady"},
	}
	added := []string{
		"Correction: The dam was built in 1956, not 1954.", "Update: This story was updated with the name of the fire chief.",
		"“We have 40 volunteers and 3 boats,” said Piet Oosting, who leads the crew at Lorn Bridge.",
		"Piet Oosting, a farmer from Upper Lorn, said he had lost 120 sheep worth £18,000.",
		"This article was amended on 12 March. An earlier version misnamed the radio station.",
	}
	for seed := range uint64(400) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		lines := strings.Split("# Valley emptied below Hollin dam after 3 days of rain\n"+quarry, "\n")
		for range 1 + rnd.IntN(5) {
			k := rnd.IntN(len(lines))
			switch v := values[rnd.IntN(len(values))]; rnd.IntN(6) {
			case 0:
				lines = append(lines[:k:k], append([]string{added[rnd.IntN(len(added))]}, lines[k:]...)...)
			case 1:
				if len(lines) > 4 {
					lines = append(lines[:k:k], lines[k+1:]...)
				}
			default:
				lines[k] = strings.ReplaceAll(lines[k], v[0], v[1])
			}
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { checkSummary(t, quarry, strings.Join(lines, "\n")) })
	}
}

func FuzzCompose(f *testing.F) {
	f.Add(quarry, quarryLater)
	f.Add("# Twelve killed\nPolice said 12 died.", "# 17 killed\nPolice said “17 died.\nCorrection: It was 17, not 12.")
	f.Add("He said \"yes\" — «да» „nein“", "He never said \"yes… to £3 & 4%\"")
	f.Fuzz(func(t *testing.T, before, after string) {
		if len(before)+len(after) > 4000 {
			return
		}
		checkSummary(t, strings.ToValidUTF8(before, "?"), strings.ToValidUTF8(after, "?"))
	})
}
