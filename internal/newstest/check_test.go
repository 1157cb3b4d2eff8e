package newstest_test

import (
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"testing"

	"erratum/internal/newstest"
)

func gzipped(t *testing.T, s string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// played gives all truths of a whole play, and the alerts of a program that tells
// each of them rightly.
func played(t *testing.T) ([]newstest.Truth, []newstest.Told) {
	t.Helper()
	s := newSite(t)
	for len(s.AdvanceAll()) > 0 {
	}
	truths := s.Truths()
	var told []newstest.Told
	for _, truth := range truths {
		if truth.Told {
			told = append(told, tell(truth))
		}
	}
	return truths, told
}

// tell makes the alert that is right for a truth.
func tell(truth newstest.Truth) newstest.Told {
	a := newstest.Told{
		ID: truth.Article + "/" + truth.Step, URL: truth.URL, Notice: truth.Notices[0], NoteKind: truth.Note, NoteText: truth.NoteText, NoteVanished: truth.NoteVanished,
		LabelledAsUpdate: truth.LabelledAsUpdate, Summary: "Something changed.",
	}
	if len(truth.Announced) > 0 {
		a.Announced = truth.Announced[0]
	}
	for _, f := range truth.Acknowledged {
		a.Summary = "Number: " + f.Before + " → **" + f.After + "** (headline)"
	}
	for _, f := range truth.Facts {
		a.Claims = append(a.Claims, newstest.Claim{Kind: f.Kinds[0], Before: clause(truth.OldText, f.Before), After: clause(truth.NewText, f.After)})
	}
	return a
}

// clause gives the words, letter by letter, with what stands after them.
func clause(text, words string) string {
	i := strings.Index(strings.ToLower(text), strings.ToLower(words))
	if words == "" || i < 0 {
		return ""
	}
	rest, _, _ := strings.Cut(text[i+len(words):], "\n")
	return text[i:i+len(words)] + rest
}

func TestCheckPassesWhatIsRight(t *testing.T) {
	truths, told := played(t)
	for _, p := range newstest.Check(truths, told) {
		t.Error(p)
	}
	for i := range told {
		told[i].URL = strings.Replace(told[i].URL, "http://", "http://127.0.0.1:8080/", 1)
	}
	for _, p := range newstest.Check(truths, told) {
		t.Errorf("with loopback addresses: %s", p)
	}
	if p := newstest.Check(nil, nil); p != nil {
		t.Errorf("nothing happened: %v", p)
	}
}

func TestCheckMissesEachAlert(t *testing.T) {
	truths, told := played(t)
	for i := range told {
		rest := slices.Delete(slices.Clone(told), i, i+1)
		problems := newstest.Check(truths, rest)
		if len(problems) != 1 || problems[0].Verdict != newstest.Missing || problems[0].URL != told[i].URL || problems[0].Revision == 0 {
			t.Errorf("without %s: %v", told[i].ID, problems)
		}
	}
}

func TestCheckSeesEachDouble(t *testing.T) {
	truths, told := played(t)
	for i := range told {
		for _, id := range []string{told[i].ID, "another"} {
			twice := told[i]
			twice.ID = id
			problems := newstest.Check(truths, append(slices.Clone(told), twice))
			if len(problems) != 1 || problems[0].Verdict != newstest.Doubled {
				t.Errorf("%s twice, as %s: %v", told[i].ID, id, problems)
			}
		}
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	truths, right := played(t)
	budget := slices.IndexFunc(right, func(a newstest.Told) bool {
		return strings.HasSuffix(a.URL, "budget-gap") && len(a.Claims) > 0
	})
	for _, c := range []struct {
		name    string
		spoil   func(*newstest.Told)
		verdict newstest.Verdict
		says    string
	}{
		{"no claim", func(a *newstest.Told) { a.Claims = nil }, newstest.Wrong, "not told: number from “£2.4 million” to “£4.2 million”"},
		{"another kind", func(a *newstest.Told) { a.Claims[0].Kind = "date" }, newstest.Wrong, "told, but not so: date"},
		{"another number", func(a *newstest.Told) {
			a.Claims = append(a.Claims, newstest.Claim{Kind: "number", Before: "three years", After: "£4.2 million"})
		}, newstest.Wrong, "“three years”"},
		{"an invented number", func(a *newstest.Told) { a.Claims[0].After = "£4.2 million or more" }, newstest.Wrong, "stand in no version: “£4.2 million or more”"},
		{"an invented earlier number", func(a *newstest.Told) { a.Claims[0].Before = "about £2.4 million" }, newstest.Wrong, "stand in no version: “about £2.4 million”"},
		{"a claim twice", func(a *newstest.Told) { a.Claims = append(a.Claims, a.Claims[0]) }, newstest.Wrong, "told twice in one alert"},
		{"no note", func(a *newstest.Told) { a.NoteKind = "" }, newstest.Wrong, "the note is correction, told as none"},
		{"another note", func(a *newstest.Told) { a.NoteKind = "update" }, newstest.Wrong, "told as update"},
		{"the note gone", func(a *newstest.Told) { a.NoteVanished = true }, newstest.Wrong, "vanished: true"},
		{"the note reworded", func(a *newstest.Told) { a.NoteText = "We made a mistake." }, newstest.Wrong, "other words"},
		{"unannounced", func(a *newstest.Told) { a.Announced = "no" }, newstest.Wrong, `announced is told as "no", it is "yes"`},
		{"labelled", func(a *newstest.Told) { a.LabelledAsUpdate = true }, newstest.Wrong, "labelled"},
		{"no summary", func(a *newstest.Told) { a.Summary = "" }, newstest.Wrong, "no summary"},
		{"an invented quotation", func(a *newstest.Told) { a.Summary = "The council said “we are **sorry**”." }, newstest.Wrong, "“we are **sorry**”"},
		{"another notice", func(a *newstest.Told) { a.Notice = "gone" }, newstest.Unexpected, "a gone notice"},
		{"another article", func(a *newstest.Told) { a.URL = "http://the-lantern.test/sport/football/lind-rovers-medical" }, newstest.Unexpected, "a change notice: number"},
	} {
		told := slices.Clone(right)
		told[budget].Claims = slices.Clone(right[budget].Claims)
		c.spoil(&told[budget])
		problems := newstest.Check(truths, told)
		if !slices.ContainsFunc(problems, func(p newstest.Problem) bool {
			return p.Verdict == c.verdict && strings.Contains(p.Text, c.says)
		}) {
			t.Errorf("%s: %v", c.name, problems)
		}
		for _, p := range problems {
			if strings.Contains(p.String(), "\n") {
				t.Errorf("%s: more than one line: %q", c.name, p)
			}
		}
	}
}

// A note that owns up to an earlier change is told as such, once, with the change.
func TestCheckOfAcknowledgement(t *testing.T) {
	truths, right := played(t)
	i := slices.IndexFunc(right, func(a newstest.Told) bool { return a.Notice == newstest.NoticeAcknowledged })
	if i < 0 {
		t.Fatal("nothing is acknowledged")
	}
	for _, c := range []struct {
		name    string
		spoil   func(*newstest.Told)
		verdict newstest.Verdict
		says    string
	}{
		{"told as a change", func(a *newstest.Told) { a.Notice = newstest.NoticeChange }, newstest.Missing, "no acknowledged notice"},
		{"without the change", func(a *newstest.Told) { a.Summary = "> It was seven people." }, newstest.Wrong, "not said what"},
		{"another note", func(a *newstest.Told) { a.NoteText = "Sorry." }, newstest.Wrong, "other words"},
	} {
		told := slices.Clone(right)
		c.spoil(&told[i])
		if problems := newstest.Check(truths, told); !slices.ContainsFunc(problems, func(p newstest.Problem) bool {
			return p.Verdict == c.verdict && strings.Contains(p.Text, c.says)
		}) {
			t.Errorf("%s: %v", c.name, problems)
		}
	}
	twice := slices.Insert(slices.Clone(right), i+1, right[i])
	twice[i+1].ID, twice[i+1].Notice = "again", newstest.NoticeChange
	if problems := newstest.Check(truths, twice); len(problems) == 0 {
		t.Error("one note may be told twice")
	}
}

func TestCheckAllowsOtherViewsOfAnEdit(t *testing.T) {
	truths, told := played(t)
	i := slices.IndexFunc(told, func(a newstest.Told) bool { return a.NoteKind == "update" })
	told[i].Summary = "Added source: **Ines Solvang** “The trial shows … of no importance to the patient,”"
	told[i].Claims = []newstest.Claim{
		{Kind: "name-added", After: "Ines Solvang, a spokeswoman for the research hospital"},
		{Kind: "quote-added", After: "“The trial shows that both are safe"},
	}
	for _, p := range newstest.Check(truths, told) {
		t.Error(p)
	}
}

func TestCheckLeavesUnassertedStepsAlone(t *testing.T) {
	truths, told := played(t)
	i := slices.IndexFunc(truths, func(t newstest.Truth) bool { return t.Told && len(t.Facts) > 0 })
	truths[i].Asserted, truths[i].Why = false, "dates come later"
	n := slices.IndexFunc(told, func(a newstest.Told) bool { return a.ID == truths[i].Article+"/"+truths[i].Step })
	if p := newstest.Check(truths, slices.Delete(slices.Clone(told), n, n+1)); len(p) > 0 {
		t.Errorf("missing an alert that is not asserted: %v", p)
	}
	told[n].Claims = nil
	if p := newstest.Check(truths, told); len(p) > 0 {
		t.Errorf("an alert that is not asserted: %v", p)
	}
	if got := newstest.Unasserted(truths); len(got) != 1 || !strings.Contains(got[0], "dates come later") {
		t.Errorf("listed: %q", got)
	}
}
