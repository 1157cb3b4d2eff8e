package deploy_test

import (
	"fmt"
	"strconv"
	"strings"
)

// yamlLine is a line that says something.
type yamlLine struct {
	number, indent int
	text           string
}

// yamlReader reads the plain part of YAML that our files keep to, so that they can be
// checked where there is only Go: block maps and lists, [flow lists] of scalars, plain
// and "quoted" scalars on one line, comments on lines of their own. Everything else,
// anchors and multi-line text too, is an error; so is a key that comes twice.
type yamlReader struct {
	lines []yamlLine
	at    int
}

// parseYAML returns map[string]any, []any or string; numbers and booleans stay text.
func parseYAML(data string) (any, error) {
	r := &yamlReader{}
	for i, text := range strings.Split(data, "\n") {
		trimmed := strings.TrimLeft(text, " ")
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if strings.ContainsRune(text, '\t') || strings.TrimRight(text, " ") != text {
			return nil, fmt.Errorf("line %d: a tab, or spaces at the end", i+1)
		}
		r.lines = append(r.lines, yamlLine{i + 1, len(text) - len(trimmed), trimmed})
	}
	if len(r.lines) == 0 {
		return nil, fmt.Errorf("nothing is in it")
	}
	v, err := r.block(0)
	if err == nil && r.at < len(r.lines) {
		err = fmt.Errorf("line %d: unexpected indentation", r.lines[r.at].number)
	}
	return v, err
}

// here reports the next line if it stands at the indentation.
func (r *yamlReader) here(indent int) (yamlLine, bool) {
	if r.at == len(r.lines) || r.lines[r.at].indent != indent {
		return yamlLine{}, false
	}
	return r.lines[r.at], true
}

func isItem(text string) bool { return text == "-" || strings.HasPrefix(text, "- ") }

func (r *yamlReader) block(indent int) (any, error) {
	if l, ok := r.here(indent); ok && isItem(l.text) {
		return r.list(indent)
	}
	return r.mapping(indent)
}

func (r *yamlReader) list(indent int) (any, error) {
	out := []any{}
	for {
		l, ok := r.here(indent)
		if !ok || !isItem(l.text) {
			return out, nil
		}
		var v any
		var err error
		rest := strings.TrimPrefix(l.text, "- ")
		if _, _, isMap := cutKey(rest); isMap {
			// A map whose first key stands behind the dash.
			r.lines[r.at] = yamlLine{l.number, indent + 2, rest}
			v, err = r.mapping(indent + 2)
		} else {
			r.at++
			v, err = scalar(l.number, rest)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

func (r *yamlReader) mapping(indent int) (any, error) {
	out := map[string]any{}
	for {
		l, ok := r.here(indent)
		if !ok {
			return out, nil
		}
		key, rest, isMap := cutKey(l.text)
		if _, twice := out[key]; !isMap || twice {
			return nil, fmt.Errorf("line %d: no key, or one that was there before: %s", l.number, l.text)
		}
		r.at++
		var err error
		if rest != "" {
			out[key], err = scalar(l.number, rest)
		} else if r.at < len(r.lines) && r.lines[r.at].indent == indent+2 {
			out[key], err = r.block(indent + 2)
		} else {
			err = fmt.Errorf("line %d: nothing stands under %s", l.number, key)
		}
		if err != nil {
			return nil, err
		}
	}
}

// cutKey splits "key: value"; keys are plain words, or labels such as a.b/c-d.
func cutKey(text string) (key, rest string, ok bool) {
	key, rest, ok = strings.Cut(text, ":")
	if !ok || strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") != "" || key == "" || rest != "" && rest[0] != ' ' {
		return "", "", false
	}
	return key, strings.TrimSpace(rest), true
}

func scalar(line int, text string) (any, error) {
	switch {
	case text == "{}":
		return map[string]any{}, nil
	case strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"):
		return flow(line, text[1:len(text)-1])
	case strings.HasPrefix(text, `"`):
		s, err := strconv.Unquote(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: a quotation that can't be read", line)
		}
		return s, nil
	case strings.ContainsAny(text[:1], "[]{}&*!|>'%@`,?") || strings.Contains(text, " #") || strings.Contains(text, ": "):
		return nil, fmt.Errorf("line %d: not plain enough: %s", line, text)
	}
	return text, nil
}

// flow reads scalars with commas between them.
func flow(line int, text string) (any, error) {
	out := []any{}
	for rest := text; rest != ""; {
		item := rest
		if q, err := strconv.QuotedPrefix(rest); err == nil {
			item = q
		} else if i := strings.Index(rest, ","); i >= 0 {
			item = rest[:i]
		}
		v, err := scalar(line, strings.TrimSpace(item))
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		rest = strings.TrimSpace(rest[len(item):])
		if rest != "" && rest[0] != ',' {
			return nil, fmt.Errorf("line %d: a comma is missing in the list", line)
		}
		rest = strings.TrimSpace(strings.TrimPrefix(rest, ","))
	}
	return out, nil
}
