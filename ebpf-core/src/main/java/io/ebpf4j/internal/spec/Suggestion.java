package io.ebpf4j.internal.spec;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The name that was probably meant, for messages. */
public final class Suggestion {
    /** A program can have thousands, and a message is one line. */
    private static final int MOST_NAMES = 50;
    /** Names come from files, and the work grows with the square: nobody mistypes a longer one by a letter or two. */
    private static final int LONGEST = 128;

    private Suggestion() {}

    /** {@return " (did you mean 'x'?)" for the nearest of the known names, or nothing when none is near} */
    public static String of(String wrong, Collection<String> known) {
        if (wrong.length() > LONGEST) {
            return "";
        }
        int far = Math.max(1, wrong.length() / 3);
        // A library has tens of thousands of names, and those of another length by more than that are farther in any case.
        Optional<String> nearest = known.stream().filter(name -> name.length() <= LONGEST)
                .filter(name -> Math.abs(name.length() - wrong.length()) <= far)
                .min(Comparator.comparingInt(name -> distance(wrong, name)));
        return nearest.filter(name -> distance(wrong, name) <= far).map(name -> " (did you mean '" + name + "'?)")
                .orElse("");
    }

    /**
     * {@return what to throw where a program has nothing of a name}
     *
     * @param program its name
     * @param kind what it lacks, as {@code function}
     * @param wrong the name
     * @param listed what those are that it has, as {@code functions}
     * @param known their names
     */
    public static IllegalArgumentException unknown(String program, String kind, String wrong, String listed,
            List<String> known) {
        return unknown(program, kind, wrong, wrong, listed, known);
    }

    /**
     * {@return what to throw where a program has nothing of the name that a path begins with}
     *
     * @param program its name
     * @param kind what it lacks, as {@code variable}
     * @param path all that was asked for, as {@code cgf.port}
     * @param wrong the name in it, as {@code cgf}
     * @param listed what those are that it has, as {@code variables}
     * @param known their names
     */
    public static IllegalArgumentException unknown(String program, String kind, String path, String wrong,
            String listed, List<String> known) {
        return new IllegalArgumentException(program + ": has no " + kind + " '" + path + "'" + of(wrong, known)
                + "; its " + listed + " are " + known.stream().limit(MOST_NAMES).toList()
                + (known.size() > MOST_NAMES ? " and " + (known.size() - MOST_NAMES) + " more" : ""));
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], 1 + cost[i - 2][j - 2]);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
