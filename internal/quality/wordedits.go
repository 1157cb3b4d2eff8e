package quality

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// plantedWord takes the place of one word in a page. No text has it.
const plantedWord = "Quorvexly"

// wordEdits is how many words are replaced inside the article of each page, one at a
// time, and how many outside.
const wordEdits = 3

// measureRecall asks of the extractor what matters to a watcher: whether one changed
// word of the true article reaches what is compared, and whether one of the visible
// text around it leaves that alone.
func measureRecall(ctx context.Context, d *Data, _ *Predictions) (Row, error) {
	var row Row
	for _, set := range pageSets {
		pages, err := d.pages(set)
		if err != nil {
			return Row{}, err
		}
		var seen, calm Share
		for i := range pages {
			if ctx.Err() != nil {
				return Row{}, ctx.Err()
			}
			if err := row.editPage(&pages[i], set, &seen, &calm); err != nil {
				return Row{}, err
			}
		}
		floors := recallFloors[set]
		row.Figures = append(row.Figures,
			shareFigure("one-word edits of the article seen, "+set, seen, floors[0], floors[1]),
			shareFigure("one-word edits around it left alone, "+set, calm, floors[2], floors[3]))
	}
	return row, nil
}

// recallFloors are the least and the wanted share of edits seen, then of edits left
// alone, by set. For the other set no figures of other programs are known.
var recallFloors = map[string][4]float64{"zyte": {.99, .995, .93, .97}}

// editPage edits a page inside and outside its article and counts what came of it.
func (r *Row) editPage(p *page, set string, seen, calm *Share) error {
	data, err := p.source()
	if err != nil {
		return err
	}
	src := string(data)
	was, visible := p.compared(src), visibleTexts(src)
	inside, outside := sentencesOf(src, visible, p.body()), surroundings(src, visible, p.body())
	for draw := range wordEdits {
		from := random(p.ID, fmt.Sprintf("one word, draw %d", draw))
		if page, text := editOne(src, inside, from); page != "" {
			hit := p.compared(page) != was
			seen.count(hit)
			r.missed(hit, set+", edit not seen", p.URL, text)
		}
		if page, text := editOne(src, outside, from); page != "" {
			left := p.compared(page) == was
			calm.count(left)
			r.missed(left, set+", edit outside the article seen", p.URL, text)
		}
	}
	return nil
}

// missed keeps an edit that went wrong.
func (r *Row) missed(ok bool, group, address, text string) {
	if !ok {
		r.Misses = append(r.Misses, Miss{group, 1, address + ": " + text})
	}
}

// compared is the text of a page that its next version is compared with, without what
// is watched but no part of the true texts: captions and names of authors.
func (p *page) compared(src string) string {
	a := p.extract([]byte(src))
	return a.Headline + "\n" + a.Dek + "\n" + a.BodyText()
}

// editOne replaces one word of one of some texts that stand in a page once, and
// returns the page and the text with it; both empty when no word can be replaced.
func editOne(src string, texts []string, r *rand.Rand) (page, text string) {
	if len(texts) == 0 {
		return "", ""
	}
	was := texts[r.IntN(len(texts))]
	words := strings.Split(was, " ")
	for _, i := range r.Perm(len(words)) {
		if len(words[i]) >= 4 && !strings.ContainsAny(words[i], "<>&\"'=;\n") {
			words[i] = plantedWord
			text = strings.Join(words, " ")
			return strings.Replace(src, was, text, 1), text
		}
	}
	return "", ""
}

// sentencesOf are the longer sentences of a true text that stand in the source of its
// page as they are, once, and within one of the visible texts.
func sentencesOf(src string, visible []string, body string) []string {
	var out []string
	for p := range strings.SplitSeq(body, "\n") {
		for _, s := range strings.SplitAfter(p, ". ") {
			s = strings.TrimSpace(s)
			if len(s) >= 60 && strings.Count(s, " ") > 6 && strings.Count(src, s) == 1 && slices.ContainsFunc(visible, func(v string) bool { return strings.Contains(v, s) }) {
				out = append(out, s)
			}
		}
	}
	return out
}

// surroundings are the visible texts of a page that stand in its source once and not
// in the article, however it is spaced.
func surroundings(src string, visible []string, body string) []string {
	body = strings.Join(strings.Fields(body), " ")
	var out []string
	for _, s := range visible {
		if len(s) < 20 || strings.Count(s, " ") < 2 || strings.Contains(s, "&") || strings.Count(src, s) != 1 {
			continue
		}
		line := strings.Join(strings.Fields(s), " ")
		if !strings.Contains(body, line) && !strings.Contains(body, line[:len(line)/2]) && !strings.Contains(body, line[len(line)/2:]) {
			out = append(out, s)
		}
	}
	return out
}

// unseenElements hold no text that a reader sees.
var unseenElements = []string{"script", "style", "noscript", "svg", "head", "template", "textarea"}

// visibleTexts are the texts between the tags of a page as they stand in its source.
func visibleTexts(src string) []string {
	var out []string
	unseen := 0
	z := html.NewTokenizer(strings.NewReader(src))
	for t := z.Next(); t != html.ErrorToken; t = z.Next() {
		switch t {
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			switch {
			case !slices.Contains(unseenElements, string(name)):
			case t == html.StartTagToken:
				unseen++
			case unseen > 0:
				unseen--
			}
		case html.TextToken:
			if s := strings.TrimSpace(string(z.Raw())); unseen == 0 && s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}
