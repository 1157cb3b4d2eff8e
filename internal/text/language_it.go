package text

var italian = lists{
	leads: `sig sig.ra sigg sig.na dott dott.ssa dr prof prof.ssa avv ing arch geom rag on sen
		gen col cap ten mar mons don p.es es cfr ca ss s c.a`,
	ends:   `ecc etc s.p.a s.r.l spa srl inc ltd jr`,
	counts: `n nn no art artt cap fig vol pag pagg p pp gen feb mar apr mag giu lug ago sett set ott nov dic`,
	starters: `il lo la i gli le l un uno una questo questa questi queste quello quella
		lui lei loro noi voi io egli essa si suo sua
		in a al allo alla ai agli alle di del dello della da dal con su sul per tra fra dopo prima secondo durante
		ma e ed o però anche così quindi mentre inoltre
		che chi cosa come quando se dove due tre molti alcuni`,
	calendar: `lunedì martedì mercoledì giovedì venerdì sabato domenica
		gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre`,
	functions: `il lo la l' i gli le un uno una un'
		questo questa questi queste quello quella quelli quelle quei quegli quest' quell'
		io mi me noi ci tu ti te voi vi lui lei loro egli essa essi esse si sé ne
		mio mia miei mie tuo tua suo sua suoi sue nostro nostra vostro
		che chi cui quale quali dove
		a ad al allo alla ai agli alle all' di del dello della dei degli delle dell' d'
		da dal dallo dalla dai dagli dalle dall' in nel nello nella nei negli nelle nell'
		con su sul sullo sulla sui sugli sulle sull' per tra fra dopo prima secondo durante verso contro
		e ed o od ma però se perché come quando mentre anche quindi
		sono sei è siamo siete era erano fu furono stato stata stati state essere sarà saranno sia
		ho hai ha abbiamo avete hanno aveva avevano avere avrà abbia avuto
		già molto più così`,
}
