package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
)

type in struct {
	ID, Lang    string
	BeforeTitle string `json:"before_title"`
	BeforeText  string `json:"before_text"`
	AfterTitle  string `json:"after_title"`
	AfterText   string `json:"after_text"`
}

func art(title, text, lang string, other map[string]bool) (*article.Article, []string) {
	a := &article.Article{Headline: title, Language: lang}
	var notes []string
	for _, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		if l == "" {
			continue
		}
		r := article.Body
		if _, ok := note.Find(l, lang, !other[l]); ok {
			r = article.Note
			if !other[l] {
				notes = append(notes, l)
			}
		}
		a.Blocks = append(a.Blocks, article.Block{Role: r, Text: l})
	}
	return a, notes
}

func lines(s string) map[string]bool {
	m := map[string]bool{}
	for _, l := range strings.Split(s, "\n") {
		m[strings.TrimSpace(l)] = true
	}
	return m
}

func main() {
	verbose := len(os.Args) > 1
	sc := bufio.NewScanner(os.Stdin)
	sc.Buffer(nil, 1<<26)
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	for sc.Scan() {
		var p in
		if err := json.Unmarshal(sc.Bytes(), &p); err != nil {
			panic(err)
		}
		if p.Lang == "" {
			p.Lang = "en"
		}
		a, gone := art(p.BeforeTitle, p.BeforeText, p.Lang, lines(p.AfterText))
		b, fresh := art(p.AfterTitle, p.AfterText, p.Lang, lines(p.BeforeText))
		d := diff.Compare(diff.Parse(a), diff.Parse(b))
		cs := claim.Changes(d)
		type ch struct {
			Kind   claim.Kind `json:"kind"`
			Where  string     `json:"where"`
			Before string     `json:"before"`
			After  string     `json:"after"`
			BV     string     `json:"bv"`
			AV     string     `json:"av"`
			Rule   string     `json:"rule"`
			Places int        `json:"places"`
		}
		type nt struct {
			State string `json:"state"`
			Text  string `json:"text"`
		}
		out := struct {
			ID      string `json:"id"`
			Changes []ch   `json:"changes"`
			Notes   []nt   `json:"notes"`
		}{ID: p.ID, Changes: []ch{}, Notes: []nt{}}
		if verbose {
			fmt.Printf("=== %s\n", p.ID)
			for _, g := range d.Groups {
				if g.Shape == diff.Same {
					continue
				}
				o, n := d.Sides(g)
				fmt.Printf("  {%s %.2f} ", g.Shape, g.Sim)
				if len(g.Ops) == 0 {
					fmt.Printf("[-%s-][+%s+]", diff.Words(o), diff.Words(n))
				}
				for _, op := range g.Ops {
					if op.Kind == diff.Keep {
						fmt.Printf(" %s ", diff.Words(n[op.B0:op.B1]))
						continue
					}
					fmt.Printf("[-%s-+%s+]", diff.Words(o[op.A0:op.A1]), diff.Words(n[op.B0:op.B1]))
				}
				fmt.Println()
			}
		}
		for _, c := range cs {
			x := ch{c.Kind, string(c.Where), c.BeforeText, c.AfterText, "", "", c.Rule, c.Places}
			if c.Before != nil {
				x.BV = c.Before.Text
			}
			if c.After != nil {
				x.AV = c.After.Text
			}
			if verbose {
				fmt.Printf("   * %-16s %-18s x%d still=%q\n       %q -> %q\n       B %s\n       A %s\n", x.Kind, x.Rule, x.Places, c.StillSays, x.BV, x.AV, x.Before, x.After)
			}
			out.Changes = append(out.Changes, x)
		}
		for _, n := range fresh {
			out.Notes = append(out.Notes, nt{"new", n})
		}
		for _, n := range gone {
			if len(fresh) == 0 {
				out.Notes = append(out.Notes, nt{"vanished", n})
			}
		}
		if !verbose {
			enc.Encode(out)
		} else {
			for _, n := range out.Notes {
				fmt.Printf("   NOTE %s %s\n", n.State, n.Text)
			}
		}
	}
}
