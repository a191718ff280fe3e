import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The table of attach kinds in ebpf-core/README.md: what the live tests saw in each kernel.
 *
 * <pre>
 * java native/kernels/AttachTable.java write     columns of kernels that ran are written anew, the others stay
 * java native/kernels/AttachTable.java check     fails if a cell of a kernel that ran says something else
 * </pre>
 *
 * A test reports one line an attach kind, {@code kind TAB kernel release TAB version of libbpf TAB state TAB message}, to
 * the file that system property {@code ebpf4j.attach.report} names: in this machine's own kernel
 * ebpf-core/target/attach-report.tsv, in those of run.sh native/kernels/target/KERNEL/attach.tsv. Messages are shown, and
 * not compared: they quote numbers of processes.
 */
class AttachTable {
    private static final String BEGIN = "<!-- attach kinds: written by native/kernels/AttachTable.java, not by hand -->";
    private static final String END = "<!-- end of attach kinds -->";
    private static final String NOTHING = "-";
    private static final List<String> GUESTS = List.of("6.1", "6.12");
    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)*");

    /** What became of a kind in a kernel; no message where it was attached. */
    record Cell(String state, String message) {
        static final Set<String> STATES = Set.of("passed", "refused", "n/a");
    }

    /** A kernel: its place in the table's head, and its cells by kind. */
    record Column(String title, Map<String, Cell> cells) {}

    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }

    private final Path root;

    AttachTable(Path root) {
        this.root = root;
    }

    public static void main(String[] args) throws IOException {
        var table = new AttachTable(Path.of(args.length > 1 ? args[1] : ".").toAbsolutePath().normalize());
        try {
            switch (args.length == 0 ? "" : args[0]) {
                case "write" -> table.write();
                case "check" -> table.check();
                default -> throw new Failure("usage: java native/kernels/AttachTable.java write|check [REPOSITORY]");
            }
        } catch (Failure e) {
            System.err.println("attach table: " + e.getMessage());
            System.exit(1); // a tool of the build, and no library
        }
    }

    private void write() throws IOException {
        var committed = committed();
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i <= GUESTS.size(); i++) {
            int index = i;
            columns.add(seen(i).orElseGet(() -> committed.get(index)));
        }
        String text = readme();
        Files.writeString(file(), text.substring(0, text.indexOf(BEGIN) + BEGIN.length()) + '\n' + render(columns)
                + text.substring(text.indexOf(END)));
    }

    private void check() throws IOException {
        var committed = committed();
        List<String> differences = new ArrayList<>();
        for (int i = 0; i <= GUESTS.size(); i++) {
            Column table = committed.get(i);
            Optional<Column> ran = seen(i);
            if (ran.isEmpty()) {
                System.err.println("attach table: " + table.title() + ": not compared, it did not run");
            } else if (i == 0 && !ran.get().title().equals(table.title())) { // no fault of anybody's
                System.err.println("attach table: " + table.title() + ": not compared, what ran is "
                        + ran.get().title());
            } else if (!ran.get().cells().isEmpty() && !ran.get().title().equals(table.title())) {
                differences.add("the column " + table.title() + " is to be compared with " + ran.get().title());
            } else {
                compare(table, ran.get(), differences);
            }
        }
        if (!differences.isEmpty()) {
            throw new Failure(differences.size() + " cells of " + file() + " are not what the tests saw:\n  "
                    + String.join("\n  ", differences) + "\nif that is how it should be: java native/kernels/AttachTable.java write");
        }
    }

    private static void compare(Column table, Column ran, List<String> differences) {
        var kinds = new TreeSet<>(table.cells().keySet());
        kinds.addAll(ran.cells().keySet());
        for (String kind : kinds) {
            var was = table.cells().getOrDefault(kind, new Cell(NOTHING, ""));
            var is = ran.cells().getOrDefault(kind, new Cell(NOTHING, ""));
            if (!was.state().equals(is.state())) {
                differences.add(kind + " in " + table.title() + ": the table says " + was.state() + ", seen was "
                        + is.state() + (is.message().isEmpty() ? "" : ": " + is.message()));
            }
        }
    }

    /** {@return what a kernel's tests reported; nothing if they did not run. 0 is this machine's own kernel} */
    private Optional<Column> seen(int index) throws IOException {
        if (index == 0) {
            Path report = root.resolve("ebpf-core/target/attach-report.tsv");
            return Files.exists(report) ? Optional.of(read(report, "host")) : Optional.empty();
        }
        String guest = GUESTS.get(index - 1);
        Path folder = root.resolve("native/kernels/target").resolve(guest);
        // one that ran and reported nothing has lost its cells, and the check says so
        return Files.exists(folder.resolve("end")) ? Optional.of(read(folder.resolve("attach.tsv"), guest)) : Optional.empty();
    }

    private Column read(Path report, String name) throws IOException {
        Map<String, Cell> cells = new TreeMap<>();
        String title = "Linux " + name;
        List<String> lines = Files.exists(report) ? Files.readAllLines(report) : List.of();
        for (int i = 0; i < lines.size(); i++) {
            String[] parts = lines.get(i).split("\t", 5);
            if (parts.length < 4 || !Cell.STATES.contains(parts[3])) {
                throw new Failure(report + ":" + (i + 1) + ": '" + lines.get(i)
                        + "' is not: kind, kernel release, libbpf, passed|refused|n/a, message, with tabs between");
            }
            title = title(name, parts[1], parts[2]);
            String message = parts.length > 4 && !parts[3].equals("passed") ? message(parts[4], parts[1]) : "";
            var old = cells.put(parts[0], new Cell(parts[3], message));
            if (old != null && !old.state().equals(parts[3])) {
                throw new Failure(report + ":" + (i + 1) + ": " + parts[0] + " is " + parts[3] + ", and was " + old.state()
                        + " in a line before");
            }
        }
        return new Column(title, cells);
    }

    /** Without what is so on this machine alone. */
    private String message(String text, String release) {
        return text.replace(root + "/", "").replace(release, version(release)).replaceAll("\\(/\\S*/(libbpf[^/ )]*)\\)", "($1)")
                .strip();
    }

    private static String version(String release) {
        var version = VERSION.matcher(release);
        return version.lookingAt() ? version.group() : release;
    }

    private static String title(String name, String release, String libbpf) {
        String kernel = name.equals("host") ? version(release) + " (host)" : name;
        return "Linux " + kernel + ", libbpf " + libbpf;
    }

    private Path file() {
        return root.resolve("ebpf-core/README.md");
    }

    private String readme() throws IOException {
        String text = Files.readString(file());
        if (text.indexOf(BEGIN) < 0 || text.indexOf(END) < text.indexOf(BEGIN)) {
            throw new Failure(file() + " lacks the lines '" + BEGIN + "' and '" + END + "' that the table is written between");
        }
        return text;
    }

    /** What {@link #render} wrote, read back. */
    private List<Column> committed() throws IOException {
        String text = readme();
        List<String> lines = text.substring(text.indexOf(BEGIN) + BEGIN.length(), text.indexOf(END)).lines().toList();
        Map<String, String> notes = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("|")) {
                rows.add(List.of(line.substring(1).strip().split("\\s*\\|\\s*")));
            } else if (line.matches("\\d+\\. .*")) {
                notes.put(line.substring(0, line.indexOf('.')), line.substring(line.indexOf(' ') + 1));
            }
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i <= GUESTS.size(); i++) {
            String title = rows.isEmpty() ? i == 0 ? "Linux host" : "Linux " + GUESTS.get(i - 1)
                    : rows.getFirst().get(i + 1);
            Map<String, Cell> cells = new TreeMap<>();
            for (List<String> row : rows.subList(Math.min(2, rows.size()), rows.size())) {
                String[] cell = row.get(i + 1).split(" ");
                if (!cell[0].equals(NOTHING)) {
                    String note = cell.length > 1 ? notes.getOrDefault(cell[1].replaceAll("[^0-9]", ""), "") : "";
                    cells.put(row.getFirst().strip(), new Cell(cell[0], unquote(note)));
                }
            }
            columns.add(new Column(title, cells));
        }
        return columns;
    }

    private static String render(List<Column> columns) {
        var out = new StringBuilder("| attach kind");
        columns.forEach(column -> out.append(" | ").append(column.title()));
        out.append(" |\n|").append("---|".repeat(columns.size() + 1)).append('\n');
        var kinds = new TreeSet<String>();
        columns.forEach(column -> kinds.addAll(column.cells().keySet()));
        Map<String, Integer> notes = new LinkedHashMap<>();
        for (String kind : kinds) {
            out.append("| ").append(kind);
            for (Column column : columns) {
                var cell = column.cells().getOrDefault(kind, new Cell(NOTHING, ""));
                out.append(" | ").append(cell.state());
                if (!cell.message().isEmpty()) {
                    notes.putIfAbsent(cell.message(), notes.size() + 1);
                    out.append(" (").append(notes.get(cell.message())).append(')');
                }
            }
            out.append(" |\n");
        }
        out.append('\n');
        notes.forEach((message, number) -> out.append(number).append(". ").append(quote(message)).append('\n'));
        return out.toString();
    }

    /** As code, so that no character of a message means anything to Markdown. */
    private static String quote(String message) {
        return "``" + ' ' + message + ' ' + "``";
    }

    private static String unquote(String note) {
        return note.length() > 6 ? note.substring(3, note.length() - 3) : note;
    }
}
