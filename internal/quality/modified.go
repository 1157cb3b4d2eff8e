package quality

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"
)

// modifiedDates are lines of a date and the address of a page.
//
//go:embed testdata/modified.txt
var modifiedDates string

// measureModified scores the date of the last modification on pages whose date was told
// by hand. It is right when it is the same minute.
func measureModified(ctx context.Context, d *Data, _ *Predictions) (Row, error) {
	truth, err := readModified(modifiedDates)
	if err != nil {
		return Row{}, err
	}
	var row Row
	var right Share
	for _, set := range pageSets {
		pages, err := d.pages(set)
		if err != nil {
			return Row{}, err
		}
		for i := range pages {
			want, ok := truth[pages[i].URL]
			if !ok {
				continue
			}
			a, err := pages[i].read(ctx)
			if err != nil {
				return Row{}, err
			}
			hit := want.Truncate(time.Minute).Equal(a.Modified.Truncate(time.Minute))
			right.count(hit)
			if !hit {
				row.Misses = append(row.Misses, Miss{"modified", 1, fmt.Sprintf("want %v, got %v: %s", want, a.Modified, pages[i].URL)})
			}
		}
	}
	row.Figures = []Figure{shareFigure("modified date right where the page states one", right, .90, .97)}
	return row, nil
}

// readModified reads the dates by address.
func readModified(lines string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	for line := range strings.Lines(lines) {
		date, address, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || date == "#" {
			continue
		}
		t, err := time.Parse(time.RFC3339, date)
		if err != nil {
			return nil, fmt.Errorf("modified.txt: %w", err)
		}
		out[address] = t
	}
	return out, nil
}
