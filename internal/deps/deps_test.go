package deps_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// may lists, for each package, which of ours it may import. A package that is not
// listed may not exist: name its room here first.
var may = map[string][]string{
	"internal/article":           {},
	"internal/text":              {},
	"internal/deps":              {},
	"internal/fair":              {},
	"internal/diff/note":         {"internal/text"},
	"internal/robots":            {},
	"internal/fetch":             {"internal/article", "internal/robots"},
	"internal/browser":           {"internal/article", "internal/fetch"},
	"internal/extract":           {"internal/article", "internal/text", "internal/diff/note"},
	"internal/feed":              {"internal/article"},
	"internal/source":            {"internal/article", "internal/fetch", "internal/extract", "internal/feed"},
	"internal/diff":              {"internal/article", "internal/text"},
	"internal/diff/claim":        {"internal/article", "internal/text", "internal/diff"},
	"internal/report":            {"internal/article", "internal/text", "internal/diff", "internal/diff/claim", "internal/diff/note"},
	"internal/summarize":         {"internal/report", "internal/text", "internal/diff/claim", "internal/diff/note"},
	"internal/alert":             {"internal/report", "internal/article"},
	"internal/mute":              {"internal/article", "internal/text", "internal/diff/claim"},
	"internal/watch":             {"internal/article", "internal/text", "internal/diff", "internal/mute", "internal/report", "internal/summarize", "internal/alert", "internal/fair"},
	"internal/deliver":           {"internal/fair", "internal/alert", "internal/report", "internal/article"},
	"internal/store/pack":        {},
	"internal/store/archive":     {"internal/alert", "internal/watch"},
	"internal/store/sqlitestore": {"internal/fair", "internal/article", "internal/mute", "internal/report", "internal/alert", "internal/watch", "internal/command", "internal/store/pack", "internal/store/archive"},
	"internal/store/redisstore":  {"internal/fair", "internal/article", "internal/mute", "internal/report", "internal/alert", "internal/watch", "internal/command", "internal/store/pack", "internal/store/archive"},
	"internal/store/storetest":   {"internal/fair", "internal/article", "internal/mute", "internal/report", "internal/alert", "internal/watch", "internal/deliver", "internal/command", "internal/diff/claim"},
	"internal/command":           {"internal/article", "internal/text", "internal/mute", "internal/report", "internal/watch", "internal/alert", "internal/summarize"},
	"internal/console":           {"internal/command", "internal/report", "internal/alert", "internal/deliver", "internal/article", "internal/text"},
	"internal/discord":           {"internal/command", "internal/report", "internal/summarize", "internal/alert", "internal/deliver", "internal/article", "internal/text"},
	"internal/quality":           {"internal/article", "internal/text", "internal/extract", "internal/diff", "internal/diff/claim", "internal/diff/note", "internal/report", "internal/summarize", "internal/alert"},
	"internal/newstest":          {},
	"internal/newstest/month":    {},
	"internal/discordtest":       {},
	"internal/redistest":         {},
}

// wiring packages see everything below them.
var wiring = map[string]bool{"internal/app": true, "cmd/bot": true, "cmd/quality": true}

// netUsers may name net/http or dial; everything else gets its pages from them.
var netUsers = map[string]bool{"internal/fetch": true, "internal/newstest": true, "internal/newstest/month": true, "internal/discordtest": true, "internal/redistest": true, "internal/app": true, "internal/discord": true, "internal/browser": true}

type file struct {
	pkg, path string
	ast       *ast.File
	test      bool
}

func TestImportsPointAtData(t *testing.T) {
	for _, f := range tree(t) {
		if f.test || wiring[f.pkg] {
			continue
		}
		allowed, known := may[f.pkg]
		if !known {
			t.Errorf("%s: package %s has no room in the table of this test", f.path, f.pkg)
			continue
		}
		for _, imp := range imports(f.ast) {
			ours, ok := strings.CutPrefix(imp, "erratum/")
			if ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s: %s may not import %s", f.path, f.pkg, ours)
			}
		}
	}
}

func TestOnlyAppWires(t *testing.T) {
	for _, f := range tree(t) {
		for _, imp := range imports(f.ast) {
			switch {
			case imp == "erratum/internal/app" && f.pkg != "cmd/bot" && f.pkg != "internal/app":
				t.Errorf("%s: only cmd/bot imports app", f.path)
			case strings.HasPrefix(imp, "erratum/cmd/"):
				t.Errorf("%s: nothing imports a command", f.path)
			case imp == "erratum/internal/quality" && f.pkg != "cmd/quality" && f.pkg != "internal/quality":
				t.Errorf("%s: what measures the product is no part of it", f.path)
			case strings.HasPrefix(imp, "erratum/internal/newstest") && !f.test && f.pkg != "internal/app" && f.pkg != "cmd/bot":
				t.Errorf("%s: test sites are for tests and the demo", f.path)
			}
		}
	}
}

// TestOneWayOut keeps every dialler of the tree in sight: an unguarded fetch is how
// pages on private networks leak.
func TestOneWayOut(t *testing.T) {
	for _, f := range tree(t) {
		if f.test || netUsers[f.pkg] {
			continue
		}
		for _, imp := range imports(f.ast) {
			if imp == "net/http" || imp == "net" || imp == "net/http/httputil" || imp == "net/smtp" {
				t.Errorf("%s: %s may not import %s: only fetch goes out", f.path, f.pkg, imp)
			}
		}
	}
	for _, f := range tree(t) {
		// discord dials Discord alone, where no user names the address, and needs the
		// connection to end a session that hangs.
		if f.test || f.pkg == "internal/fetch" || f.pkg == "internal/discord" || f.pkg == "internal/redistest" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			switch x.Name + "." + sel.Sel.Name {
			case "net.Dial", "net.DialTimeout", "net.Dialer", "http.Get", "http.Post", "http.PostForm", "http.Head", "http.DefaultClient", "http.DefaultTransport":
				t.Errorf("%s: %s.%s: only fetch goes out", f.path, x.Name, sel.Sel.Name)
			}
			return true
		})
	}
}

// TestRooms keeps drawers out: names that say nothing of what is inside.
func TestRooms(t *testing.T) {
	bad := []string{"util", "utils", "helper", "helpers", "common", "misc", "types", "models", "interfaces"}
	for _, f := range tree(t) {
		name := strings.TrimSuffix(filepath.Base(f.path), ".go")
		if slices.Contains(bad, name) || slices.Contains(bad, filepath.Base(f.pkg)) {
			t.Errorf("%s: the name says nothing of what is inside", f.path)
		}
		if f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: init does work nobody asked for", f.path)
			}
		}
	}
}

// TestPackageComments: the first thing a stranger reads says what a room is for.
func TestPackageComments(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range tree(t) {
		if !f.test {
			documented[f.pkg] = documented[f.pkg] || f.ast.Doc != nil
		}
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", pkg)
		}
	}
}

func tree(t *testing.T) []file {
	t.Helper()
	root := filepath.Join("..", "..")
	var out []file
	fset := token.NewFileSet()
	for _, top := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
				return err
			}
			parsed, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			rel = filepath.ToSlash(rel)
			out = append(out, file{pkg: filepath.ToSlash(filepath.Dir(rel)), path: rel, ast: parsed, test: strings.HasSuffix(rel, "_test.go")})
			return nil
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %d files found: the test looks at the wrong place", len(out))
	}
	return out
}

func imports(f *ast.File) []string {
	var out []string
	for _, i := range f.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err == nil {
			out = append(out, p)
		}
	}
	return out
}
