package quality

import (
	"context"
	"hash/fnv"
	"net/url"

	"erratum/internal/extract"
)

// folds is into how many parts the pages are divided by host to judge weights on
// pages that they were not fitted to.
const folds = 5

// measureUnseen scores article text as measureText does, but each page is read with
// weights that were fitted to the pages of other hosts: what to expect of pages that
// nobody here has seen.
func measureUnseen(ctx context.Context, d *Data, _ *Predictions) (Row, error) {
	var row Row
	all, err := d.labelledPages()
	if err != nil {
		return Row{}, err
	}
	var readers [folds]*extract.Extractor
	for fold := range readers {
		if err := ctx.Err(); err != nil {
			return Row{}, err
		}
		var others []extract.Labelled
		for _, set := range pageSets {
			for _, p := range all[set] {
				if foldOf(p.URL) != fold {
					others = append(others, p)
				}
			}
		}
		readers[fold] = extract.New(extract.Options{Weights: extract.Fit(others)})
	}
	for _, set := range pageSets {
		var docs []overlap
		for _, p := range all[set] {
			o, _ := compareShingles(p.Text, readers[foldOf(p.URL)].Extract(p.Page, p.URL).Article.BodyText())
			docs = append(docs, o)
		}
		row.Figures = append(row.Figures, Figure{What: "article text of hosts not fitted to, " + set, Value: f1(docs)})
	}
	return row, nil
}

// FitWeights fits the weights of the extractor's features to all pages of the data, in
// the form of its weights.txt.
func FitWeights(d *Data) (string, error) {
	all, err := d.labelledPages()
	if err != nil {
		return "", err
	}
	var pages []extract.Labelled
	for _, set := range pageSets {
		pages = append(pages, all[set]...)
	}
	return extract.Fit(pages), nil
}

// labelledPages reads all pages with their true texts, by set.
func (d *Data) labelledPages() (map[string][]extract.Labelled, error) {
	out := map[string][]extract.Labelled{}
	for _, set := range pageSets {
		pages, err := d.pages(set)
		if err != nil {
			return nil, err
		}
		for i := range pages {
			src, err := pages[i].source()
			if err != nil {
				return nil, err
			}
			out[set] = append(out[set], extract.Labelled{Page: src, URL: pages[i].URL, Text: pages[i].body()})
		}
	}
	return out, nil
}

// foldOf divides pages by host: two of one host look alike and go together.
func foldOf(address string) int {
	if u, err := url.Parse(address); err == nil {
		address = u.Host
	}
	h := fnv.New32()
	h.Write([]byte(address)) // never fails
	return int(h.Sum32() % folds)
}
