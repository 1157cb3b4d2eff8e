package text

// The lists of this and the other language files are our own, gathered from the
// style books' usual abbreviations; function words are closed classes.
var english = lists{
	leads: `mr mrs ms mx dr prof rev fr hon messrs mme mlle mgr mt
		gen lt col maj capt cpt cmdr cmdt sgt cpl pvt adm brig insp supt det
		gov sen rep pres amb atty asst assoc treas
		vs v cf viz e.g i.e ca approx al esp incl`,
	ends: `inc corp co ltd llc plc bros jr sr esq etc ph.d m.d b.a m.a
		dept univ ave blvd rd hwy bldg apt sq
		calif conn fla tenn ala ariz colo kan ky mich minn mont neb nev okla tex va vt wis wyo`,
	proper: `st ft min dep sec est ill ind mass miss ore wash del pa ark ga mo la md me dist`,
	counts: `no nos art ch fig figs vol vols p pp sect para
		jan feb mar apr jun jul aug sept sep oct nov dec`,
	starters: `the a an this that these those there here
		in on at by for from to with after before during since until while when where as if
		he she it they we i you his her its their our my your
		but and or so yet although though however meanwhile still also
		what who why how which
		one two three some many most several all both no not
		according officials police authorities`,
	calendar: `monday tuesday wednesday thursday friday saturday sunday
		january february march april may june july august september october november december
		jan feb mar apr aug sept sep oct nov dec`,
	zones: `eastern central mountain pacific greenwich local`,
	functions: `a an the this that these those
		i me my we us our ours you your yours he him his she her hers it its they them their theirs
		myself yourself himself herself itself ourselves themselves one's
		who whom whose which what that's there here
		of in on at by for from to with into onto upon about as than over under between among
		through during before after since until till within along across against toward towards
		off out up down near via per
		and or but nor so yet if because while whereas although though when where whether how why
		be am is are was were been being 's 're 'm
		have has had having 've do does did doing done
		will would shall should 'll 'd
		then also just too very such own same other another
		it's he's she's they're we're i'm you're i've we've they've you've he'd she'd they'd we'd i'd`,
}
