package newstest

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed stories/*.txt
var storyFiles embed.FS

// story is an article as its outlet first published it.
type story struct {
	slug        string
	outlet      outlet
	path        string
	section     string
	headline    string
	dek         string
	byline      string
	authorTitle string
	caption     string
	credit      string
	published   time.Time
	blocks      []block
}

func (s *story) url() string { return "http://" + s.outlet.Host + s.path }

// readStories reads all stories, ordered by address, as of a day.
func readStories(now time.Time) ([]*story, error) {
	files, err := storyFiles.ReadDir("stories")
	if err != nil {
		return nil, fmt.Errorf("newstest: list stories: %w", err)
	}
	var stories []*story
	for _, f := range files {
		raw, err := storyFiles.ReadFile(path.Join("stories", f.Name()))
		if err != nil {
			return nil, fmt.Errorf("newstest: read a story: %w", err)
		}
		s, err := parseStory(strings.TrimSuffix(f.Name(), ".txt"), fillDays(string(raw), now), now)
		if err != nil {
			return nil, fmt.Errorf("newstest: story %s: %w", f.Name(), err)
		}
		stories = append(stories, s)
	}
	slices.SortFunc(stories, func(a, b *story) int { return strings.Compare(a.url(), b.url()) })
	return stories, nil
}

// parseStory reads lines "field: value", an empty line, then a paragraph a line;
// "## " opens a subheading.
func parseStory(slug, raw string, now time.Time) (*story, error) {
	head, body, found := strings.Cut(raw, "\n\n")
	if !found {
		return nil, fmt.Errorf("no text")
	}
	s := &story{slug: slug}
	for line := range strings.Lines(head) {
		field, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if err := s.set(field, value, now); err != nil {
			return nil, err
		}
	}
	for line := range strings.Lines(body) {
		switch text := strings.TrimSpace(line); {
		case text == "":
		case strings.HasPrefix(text, "## "):
			s.blocks = append(s.blocks, block{kind: subheading, text: text[3:]})
		default:
			s.blocks = append(s.blocks, block{kind: paragraph, text: text})
		}
	}
	return s, nil
}

func (s *story) set(field, value string, now time.Time) error {
	plain := map[string]*string{
		"path": &s.path, "section": &s.section, "headline": &s.headline, "dek": &s.dek, "byline": &s.byline,
		"author-title": &s.authorTitle, "caption": &s.caption, "credit": &s.credit,
	}
	if p := plain[field]; p != nil {
		*p = value
		return nil
	}
	switch field {
	case "outlet":
		o, ok := findOutlet(value)
		if !ok {
			return fmt.Errorf("no outlet %q", value)
		}
		s.outlet = o
	case "published":
		d, err := time.ParseDuration(value)
		if err != nil {
			return fmt.Errorf("published: %w", err)
		}
		s.published = now.Add(d).Truncate(time.Second)
	default:
		return fmt.Errorf("no field %q", field)
	}
	return nil
}

// page is the first state of the story's page.
func (s *story) page() page {
	return page{headline: s.headline, dek: s.dek, byline: s.byline, caption: s.caption, blocks: slices.Clone(s.blocks)}
}

// fillDays replaces {day -1} by the weekday that many days from now, and {date 0} by
// the date in words.
func fillDays(text string, now time.Time) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		word, after, _ := strings.Cut(rest, "}")
		kind, number, _ := strings.Cut(word, " ")
		days, _ := strconv.Atoi(number)
		day := now.AddDate(0, 0, days)
		if kind == "date" {
			out.WriteString(day.Format("2 January 2006"))
		} else {
			out.WriteString(day.Weekday().String())
		}
		text = after
	}
}
