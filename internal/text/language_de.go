package text

var german = lists{
	leads: `hr fr hrn dr prof dipl ing st gen bzw z.b d.h u.a u.ä s.o s.u i.d.r v.a z.t o.ä
		ca evtl ggf inkl exkl sog vgl geb gest verh ehem stellv min max mio mrd tsd tel str
		z d u i.a`,
	ends: `usw etc co inc ltd jr sr o.g a.d u.s`,
	counts: `nr nrn art abs kap bd s abb
		jan feb mär apr jun jul aug sep sept okt nov dez`,
	starters: `der die das den dem des ein eine einer einem einen
		er sie es wir ihr ich man dies diese dieser dieses
		in im am an auf bei mit nach vor zu zum zur von vom für seit bis während wegen
		und aber oder doch denn auch so dann danach dort hier nun zudem außerdem dabei damit
		wenn weil als ob wer was wie wo warum
		laut alle viele einige zwei drei`,
	calendar: `montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
		januar februar märz april mai juni juli august september oktober november dezember`,
	functions: `der die das den dem des ein eine einer einem einen eines
		dies diese dieser diesem diesen dieses jene jener jenem jenen jenes
		ich mich mir wir uns du dich dir ihr euch er ihn ihm sie ihnen es man sich
		mein meine dein deine sein seine seiner seinem seinen seines ihre ihrer ihrem ihren ihres unser unsere
		wer wen wem wessen welche welcher welchem welchen welches was
		in im an am auf bei beim mit nach vor zu zum zur von vom für aus über unter zwischen durch gegen
		um seit bis während wegen ins ans
		und oder aber doch denn sondern sowie als wie wenn weil dass daß ob obwohl während da
		bin bist ist sind seid war waren wäre wären gewesen sei seien
		habe hast hat haben hatte hatten hätte hätten gehabt
		werde wirst wird werden wurde wurden worden geworden
		auch noch nur schon so dann hier dort da`,
}
