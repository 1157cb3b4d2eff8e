package app

import (
	"cmp"
	"errors"
	"fmt"

	"erratum/internal/browser"
	"erratum/internal/fetch"
	"erratum/internal/source"
)

// newSource makes what reads pages, by a browser too where one is named.
func newSource(cfg Config, fetcher *fetch.Fetcher, x source.Extractor) (*source.Source, error) {
	s := source.New(fetcher, x)
	b, err := newBrowser(cfg, fetcher)
	if err != nil || b == nil {
		return s, err
	}
	return s.WithRenderer(b), nil
}

// newBrowser makes the browser of the settings; nil when they name none. Without a way
// to the web it only finds out whether there can be one.
func newBrowser(cfg Config, way browser.Way) (*browser.Browser, error) {
	if cfg.Browser == "" {
		return nil, nil //nolint:nilnil // none is wanted
	}
	b, err := browser.New(browser.Options{Path: cfg.Browser, NoSandbox: cfg.NoSandbox, UserAgent: cfg.userAgent()}, way)
	switch {
	case errors.Is(err, browser.ErrRoot):
		return nil, fmt.Errorf("ERRATUM_BROWSER: %w (ERRATUM_BROWSER_NO_SANDBOX=true)", err)
	case err != nil:
		return nil, fmt.Errorf("ERRATUM_BROWSER: %w", err)
	default:
		return b, nil
	}
}

// userAgent is what sites are told of who asks.
func (c Config) userAgent() string { return cmp.Or(c.UserAgent, fetch.UserAgent(Version(), "")) }
