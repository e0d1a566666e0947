/** Stands in for whoami.exe, whose groups Wine does not know: those of an elevated administrator, in German. */
process.stdout.write(
  '"VORDEFINIERT\\Administratoren","Alias","S-1-5-32-544","Verbindliche Gruppe"\r\n' +
    '"Verbindliche Beschriftung\\Hohe Verbindlichkeitsstufe","Bezeichnung","S-1-16-12288",""\r\n',
);
