package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoData: whoever has no data is told what to do, in one line.
func TestNoData(t *testing.T) {
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{"--data", t.TempDir()}, &out, &errs)
	if code != exitError || out.Len() > 0 || strings.Count(errs.String(), "\n") != 1 || !strings.Contains(errs.String(), "DATA=") {
		t.Errorf("exit %d, said %q and %q", code, out.String(), errs.String())
	}
}

func TestMisuse(t *testing.T) {
	for _, args := range [][]string{{"pairs"}, {"--rows"}, {"--data", ownData(t), "--row", "pears"}} {
		var out, errs bytes.Buffer
		if code := run(context.Background(), args, &out, &errs); code != exitError || errs.Len() == 0 {
			t.Errorf("%q: exit %d, said %q", args, code, errs.String())
		}
	}
}

// TestMeasured runs everything on data of our own, in the form of the real one.
func TestMeasured(t *testing.T) {
	data, answers := ownData(t), t.TempDir()
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"--data", data, "--predictions", answers}, &out, &errs); code != exitMeasured {
		t.Fatalf("exit %d, said %s", code, errs.String())
	}
	for _, line := range []string{
		"article text, zyte, shingle F1 1.000 1 pages, 1 word for word",
		"headline right where the page shows it 1.000 1/1", "one-word edits of the article seen, zyte 1.000 3/3", "byline right 1.000 1/1", "published date right 1.000 1/1",
		"changed facts found 1.000 1/1", "style-only pairs left quiet 1.000 1/1",
		"notes found, F1 0.667 1 right, 1 missed, 0 false 0.880 0.950 BELOW",
		"told with the changed words 1.000 1/1",
		"words in it that are not in the evidence 0 0 ≤ 0 ≤ 0",
		"[update] n2 en: update taken for none: The bakery opened at dawn.",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), line) {
			t.Errorf("no %q in\n%s", line, out.String())
		}
	}
	for name, want := range map[string]string{
		"pairs":        `{"id":"002","changes":[]}`,
		"notes":        `{"id":"n1","label":"correction"}`,
		"zyte":         `"id":"z1","text":"The bridge over the Lune`,
		"fundus_tests": `"id":"f1"`,
	} {
		if got, err := os.ReadFile(filepath.Join(answers, name+".jsonl")); err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%s: no %s in %s: %v", name, want, got, err)
		}
	}
}

// TestStrict: only --strict makes a low figure an error.
func TestStrict(t *testing.T) {
	data := ownData(t)
	for _, tt := range []struct {
		args []string
		want int
	}{
		{[]string{"--row", "notes"}, exitMeasured},
		{[]string{"--row", "notes", "--strict"}, exitBelow},
		{[]string{"--row", "pairs", "--strict"}, exitMeasured},
	} {
		var out, errs bytes.Buffer
		if code := run(context.Background(), append(tt.args, "--data", data), &out, &errs); code != tt.want {
			t.Errorf("%q: exit %d, want %d: %s", tt.args, code, tt.want, errs.String())
		}
	}
}

// ownData writes a small set of every kind.
func ownData(t *testing.T) string {
	t.Helper()
	const body = "The bridge over the Lune was closed on Friday after 12 people were hurt in a collapse.\\n" +
		"Engineers had warned for years that the cables were worn and that the deck would not carry buses.\\n" +
		"The county wants to open a ferry until the repairs are done, which may take until the summer."
	dir := t.TempDir()
	write := func(name, content string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("pairs/001.json", `{"id":"001","lang":"en","before_text":"`+body+`","after_text":"`+strings.Replace(body, "12", "17", 1)+
		`","changed_facts":[{"kind":"number","before":"12 people","after":"17 people"}],"labels_complete":true}`)
	write("pairs/002.json", `{"id":"002","lang":"en","before_text":"`+body+`","after_text":"`+strings.Replace(body, "collapse", "colapse", 1)+
		`","changed_facts":[{"kind":"style_only","before":"collapse","after":"colapse"}],"labels_complete":true}`)
	write("notes.jsonl", `{"id":"n1","text":"Correction: An earlier version of this article misstated the number of people who were hurt.","label":"correction","lang":"en"}
{"id":"n2","text":"The bakery opened at dawn.","label":"update","lang":"en"}
{"id":"n3","text":"The baker sold bread.","label":"update","lang":"en","ambiguous":true}
`)
	write("sentence_revisions.jsonl", `{"id":"r1","before":"The town has 1,200 inhabitants .","after":"The town has 1,900 inhabitants .","claims":[{"claim":"c","before":"SUPPORTS","after":"REFUTES"}]}
`)
	paragraphs := strings.Split(body, `\n`)
	page := `<html lang="en"><head><title>Bridge closed</title><meta property="article:published_time" content="2025-03-03T10:00:00Z">
<meta name="author" content="Dora Finch"></head><body><article><h1>Bridge closed</h1><p>` + strings.Join(paragraphs, "</p>\n<p>") + `</p></article></body></html>`
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(page)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	write("extract/html/1.html.gz", packed.String())
	write("extract/zyte.jsonl", `{"id":"z1","url":"https://news.example/bridge","html":"html/1.html.gz","text":"`+body+`"}
`)
	write("extract/fundus_tests.jsonl", `{"id":"f1","url":"https://news.example/bridge","html":"html/1.html.gz","paragraphs":["`+strings.Join(paragraphs, `","`)+
		`"],"title":"Bridge closed","authors":["Dora Finch"],"published":"2025-03-03 10:00:00+00:00"}
`)
	return dir
}
