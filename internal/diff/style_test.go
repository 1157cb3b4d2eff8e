package diff_test

import (
	"testing"

	"erratum/internal/article"
	"erratum/internal/diff"
)

func TestStyle(t *testing.T) {
	for _, tt := range []struct {
		lang, before, after string
		want                diff.Style
	}{
		// silent
		{"en", "The mayor, a lawyer, left on Sunday.", "The mayor - a lawyer - left on Sunday.", diff.Format},
		{"en", "The U.S. team left.", "The US team left.", diff.Format},
		{"en", "About 1300 people came.", "About 1,300 people came.", diff.Format},
		{"en", "He called it a ‘farce’ on Sunday.", "He called it a “farce” on Sunday.", diff.Format},
		{"en", "It opens at 3pm on the pier.", "It opens at 3 p.m. on the pier.", diff.Format},
		{"en", "It opens on March 3 in the town.", "It opens on 3 March in the town.", diff.Format},
		{"en", "Every email was read by the staff.", "Every e-mail was read by the staff.", diff.Format},
		{"en", "They recieved the report late.", "They received the report late.", diff.Typo},
		{"en", "They saw teh old bridge fall.", "They saw the old bridge fall.", diff.Typo},
		{"en", "The the old bridge fell.", "The old bridge fell.", diff.Typo},
		{"en", "The list will be update daily.", "The list will be updated daily.", diff.Typo},
		{"en", "The colour of the organisation changed.", "The color of the organization changed.", diff.Typo},
		{"en", "He lives in the house on a hill.", "He lives in a house on the hill.", diff.Function},
		{"en", "He said that they left at dawn.", "He said they left at dawn.", diff.Function},
		{"en", "The team were tired by noon.", "The team was tired by noon.", diff.Function},
		{"uk", "Мер повідомив про аварію на мосту.", "Мер повідомила про аварію на мосту.", diff.Typo},
		// not silent
		{"en", "Growth was 3.5 this year.", "Growth was 35 this year.", diff.Content},
		{"en", "It cost £5 to enter.", "It cost $5 to enter.", diff.Content},
		{"en", "It was -2 outside today.", "It was 2 outside today.", diff.Content},
		{"en", "They won 1-0 at home.", "They won 10 at home.", diff.Content},
		{"en", "It fell by 5% last year.", "It fell by 5 last year.", diff.Content},
		{"en", "He told us to leave the town.", "He told US to leave the town.", diff.Content},
		{"en", "In all 12 people died and 17 were hurt.", "In all 17 people died and 12 were hurt.", diff.Content},
		{"en", "He did not sign the bill.", "He did sign the bill.", diff.Content},
		{"en", "He is now going to Kyiv.", "He is not going to Kyiv.", diff.Content},
		{"en", "All residents left the town.", "Some residents left the town.", diff.Content},
		{"en", "The sale was legal in the state.", "The sale was illegal in the state.", diff.Content},
		{"en", "He may resign this week.", "He will resign this week.", diff.Content},
		{"en", "They met on Monday at the port.", "They met on Sunday at the port.", diff.Content},
		{"fr", "Ils partent mardi pour la mer.", "Ils partent lundi pour la mer.", diff.Content},
		{"en", "Troops left Kharkiv at dawn.", "Troops left Kherson at dawn.", diff.Wording},
		{"en", "Troops left Iran at dawn.", "Troops left Iraq at dawn.", diff.Wording},
		{"en", "The clerk was charged on Sunday.", "The clerk was changed on Sunday.", diff.Wording},
		{"en", "The clerk was hired on Sunday.", "The clerk was fired on Sunday.", diff.Wording},
		{"en", "Exports will increase this year.", "Exports will decrease this year.", diff.Wording},
		{"en", "He called it a “farce” on Sunday.", "He called it a farce on Sunday.", diff.Wording},
		{"en", "The dog bit the man before dawn.", "The dog bit the man after dawn.", diff.Wording},
		{"en", "The doctor said he would leave.", "The doctor said she would leave.", diff.Wording},
		{"en", "The song was sold 2,000 times.", "The song was sold over 2,000 times.", diff.Wording},
		{"en", "The song peaked in 2004 at number 3.", "The song peaked in the US in 2004 at number 3.", diff.Wording},
		{"en", "The clerk said it was late.", "The clerk claimed it was late.", diff.Wording},
		{"de", "Er hat den Vertrag unterschrieben.", "Er hat den Vertrag nicht unterschrieben.", diff.Content},
		{"uk", "Він підписав закон у березні.", "Він не підписав закон у березні.", diff.Content},
		{"en", "The mayor left the hall.", "The mayor left the hall after guards opened several locked gates.", diff.Content},
	} {
		a, b := page(tt.before), page(tt.after)
		a.Language, b.Language = tt.lang, tt.lang
		d := diff.Compare(diff.Parse(a), diff.Parse(b))
		if len(d.Groups) != 1 {
			t.Errorf("%q: %d groups", tt.after, len(d.Groups))
			continue
		}
		if got := d.GroupStyle(d.Groups[0]); got != tt.want {
			t.Errorf("%q → %q: %v, want %v\n%s", tt.before, tt.after, got, tt.want, sketch(d))
		}
	}
}

func TestStyleOfWholeSentences(t *testing.T) {
	for _, tt := range []struct {
		before, after string
		want          diff.Style
	}{
		{council, council, diff.Unchanged},
		{"", council, diff.Content},
		{council, "", diff.Content},
		{"", "- - -", diff.Format},
		{"", "5%", diff.Content},
	} {
		d := compare(tt.before, tt.after)
		if got := d.GroupStyle(d.Groups[0]); got != tt.want {
			t.Errorf("%q → %q: %v, want %v", tt.before, tt.after, got, tt.want)
		}
	}
	d := diff.Compare(diff.Parse(&article.Article{Headline: "Rain floods harbour"}), diff.Parse(&article.Article{Headline: "Mayor resigns"}))
	if got := d.GroupStyle(d.Groups[0]); got != diff.Content {
		t.Errorf("rewritten headline: %v", got)
	}
}
