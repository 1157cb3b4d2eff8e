package newstest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// draft is a small page of its own, so that the tests of edits don't hang on the
// wording of the stories.
func draft() page {
	return page{headline: "Four boats lost off Thornby", dek: "Nobody was hurt.", blocks: []block{
		{paragraph, "A storm sank four boats on Monday. “We ran,” Dr Ann Lowe said."},
		{subheading, "Insurance"},
		{paragraph, "“It was a bad night,” Dr Lowe said. Fourteen others, four of them new, were damaged."},
		{paragraph, "Ann Lowe keeps the harbour."},
	}}
}

func TestEditsSayWhatTheyDo(t *testing.T) {
	for _, c := range []struct {
		name  string
		edit  Edit
		where string // of the first fact
		holds string // in the new text
		lacks string
	}{
		{"a number in all its places, not inside words", ReplaceNumber{"four", "six"}, "headline lede body", "Fourteen others, six of them", "four of"},
		{"a phrase", ReplaceNumber{"four boats", "six boats"}, "headline lede", "four of them", "our boats"},
		{"a name in both forms", ReplaceName{"Ann Lowe", "Ann Lane", "Dr Lowe", "Dr Lane"}, "lede body", "Dr Lane said", "Lowe"},
		{"a hedge", Hedge{"sank four boats", "may have sunk four boats"}, "lede", "A storm may have sunk", "sank"},
		{"a word of a quotation", QuoteWord{"a bad night", "bad", "rough"}, "body", "“It was a rough night,”", "bad"},
		{"a quotation taken out at the top", RemoveSentence{"“We ran,” Dr Ann Lowe said."}, "lede", "Monday.\n", "We ran"},
		{"a quotation taken out further down", RemoveSentence{"“It was a bad night,” Dr Lowe said."}, "", "\nFourteen others", "bad night"},
		{"a source", AddSource{"sank four", "Jon Reed", "Jon Reed saw it."}, "body", "said.\nJon Reed saw it.\nInsurance", "nothing"},
		{"other words", RewordStyle{"keeps", "looks after"}, "", "looks after the harbour", "keeps"},
		{"a sentence without quotation", RemoveSentence{"Fourteen others, four of them new, were damaged."}, "", "Dr Lowe said.\n", "Fourteen"},
		{"one paragraph less", Reflow{"Ann Lowe"}, "", "\"It was a bad night,\" Dr Lowe said. Fourteen others, four of them new, were damaged. Ann", "“"},
		{"a note", AddNote{Kind: "update", Text: "Updated with more."}, "", "harbour.\nUpdated with more.", "nothing"},
	} {
		p := draft()
		effect, err := c.edit.edit(&p)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		where := ""
		if len(effect.facts) > 0 {
			where = strings.Join(effect.facts[0].Where, " ")
		}
		if text := p.text(); where != c.where || !strings.Contains(text, c.holds) || strings.Contains(text, c.lacks) {
			t.Errorf("%s: in %q: %s", c.name, where, text)
		}
	}
}

func TestEditsThatDoNotFit(t *testing.T) {
	for _, e := range []Edit{
		ReplaceNumber{"five", "six"}, ReplaceNumber{"our", "six"}, ReplaceName{"Bob", "Rob", "", ""}, ReplaceName{"Ann Lowe", "Ann Lane", "Mr Lowe", "Mr Lane"},
		Hedge{"rose", "fell"}, QuoteWord{"a bad night", "good", "rough"}, QuoteWord{"a bad day", "bad", "rough"}, RemoveSentence{"Gone."}, RewordStyle{"x", "y"},
		AddSource{"nowhere", "Jon", "Jon saw it."}, AddSource{"sank", "Jon", "Somebody saw it."}, Reflow{"Four boats"}, Reflow{"nowhere"}, DropNote{}, Return{}, Lift{},
	} {
		p := draft()
		if _, err := e.edit(&p); !errors.Is(err, errNotThere) {
			t.Errorf("%#v: %v", e, err)
		}
	}
}

func TestAnnounced(t *testing.T) {
	number, name := ReplaceNumber{"four boats", "six boats"}, ReplaceName{"Ann Lowe", "Ann Lane", "", ""}
	note := func(kind, text string) Edit { return AddNote{Kind: kind, Text: text} }
	for _, c := range []struct {
		name   string
		edits  []Edit
		want   string
		update bool
	}{
		{"nothing said", []Edit{number}, "no", false},
		{"all named", []Edit{number, note("correction", "It was six boats.")}, "yes", false},
		{"one of two named", []Edit{number, name, note("correction", "It was six boats.")}, "partly", false},
		{"a note on something else", []Edit{name, note("correction", "It was six boats.")}, "no", false},
		{"named by an update", []Edit{number, note("update", "It was six boats.")}, "yes", true},
		{"only hedged", []Edit{Hedge{"sank", "may have sunk"}}, "no not_applicable", false},
		{"a source that is announced", []Edit{AddSource{"sank", "Jon Reed", "Jon Reed saw it."}, note("update", "Updated with Jon Reed.")}, "yes", false},
		{"only a note", []Edit{note("correction", "It was six boats.")}, "", false},
	} {
		a := &article{story: &story{}, states: []page{draft()}}
		_, truth, err := Step{Edits: c.edits}.play(a)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := strings.Join(truth.Announced, " "); got != c.want || truth.LabelledAsUpdate != c.update || !truth.Told {
			t.Errorf("%s: announced %q, labelled as update %t", c.name, got, truth.LabelledAsUpdate)
		}
	}
}

// A step must not reach back into the state before it.
func TestStatesDoNotShareText(t *testing.T) {
	a := &article{story: &story{}, states: []page{draft()}}
	before := a.states[0].text()
	for _, e := range []Edit{AddNote{Kind: "update", Text: "One."}, ReplaceNumber{"four", "six"}, Reflow{"Ann Lowe"}, DropNote{}} {
		next, truth, err := Step{Edits: []Edit{e}}.play(a)
		if err != nil {
			t.Fatal(err)
		}
		a.states, a.truths = append(a.states, next), append(a.truths, truth)
	}
	if a.states[0].text() != before || !slices.Equal(a.states[0].blocks, draft().blocks) {
		t.Error("the first state changed")
	}
}

func TestFillDays(t *testing.T) {
	monday := time.Date(2024, 2, 26, 12, 0, 0, 0, time.UTC)
	if got := fillDays("{day -1}, {day 0} and {day +2}; {date 3}", monday); got != "Sunday, Monday and Wednesday; 29 February 2024" {
		t.Error(got)
	}
}
