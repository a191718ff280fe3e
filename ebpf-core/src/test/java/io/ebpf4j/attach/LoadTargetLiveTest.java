package io.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebpf4j.Attachment;
import io.ebpf4j.BpfException;
import io.ebpf4j.BpfFunction;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.LoadException;
import io.ebpf4j.LoadOptions;
import io.ebpf4j.TestRun;
import io.ebpf4j.VerifierException;
import io.ebpf4j.XdpAction;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Hits.Hit;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** To what a function is hooked is said when it is loaded; where the kernel cannot, what is said then. */
@Live
class LoadTargetLiveTest {
    /** A kernel that was built to let nobody change it while it runs has no kprobes, and refuses these on loading. */
    private static final int XDP_PASS = 2;
    private static final boolean PROGRAMS = Kernels.has("CONFIG_KPROBES") && Kernels.has("CONFIG_BPF_JIT")
            && Kernels.has("CONFIG_DEBUG_INFO_BTF");
    private static final boolean KERNEL = PROGRAMS && Kernels.has("CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS");
    private static final TestRun PACKET = TestRun.defaults().withData(new byte[64]);
    private static final int LENGTH = Events.threadName().length();

    private BpfProgram target;

    @BeforeEach
    void loadTarget() {
        target = Hits.load("target_program", "entry", "aside");
    }

    @AfterEach
    void closeTarget() {
        target.close();
    }

    @Test
    void freplace_ofASubprogram_changesWhatTheTargetReturns_untilItIsClosed() throws Exception {
        passesOrIsRefused("freplace", "named_replacement", inTarget("named_replacement", "verdict"),
                "function 'verdict' of program target_program", program -> {
                    assertThat(action(target)).isEqualTo(XdpAction.TX);
                    assertThat(action(target)).isEqualTo(XdpAction.TX);
                    Attachment attachment = program.attachments().getFirst();
                    assertThat(attachment).hasToString("target_hooks: function 'named_replacement' to function"
                            + " 'verdict' of program target_program");
                    attachment.close();
                    assertThat(action(target)).isEqualTo(XdpAction.PASS);
                    assertThat(program.hashMap("hits", Hit.class, Long.class).toMap())
                            .isEqualTo(Map.of(new Hit(2, 0, 0, 0), 2L));
                });
    }

    @Test
    void freplace_ofTheEntryPoint_endsWithItsProgram() throws Exception {
        passesOrIsRefused("freplace of an entry point", "replacement", inTarget("replacement", "entry"),
                "function 'entry' of program target_program",
                _ -> assertThat(action(target)).isEqualTo(XdpAction.DROP));
    }

    @Test
    void freplace_ofWhatWasLoadedLater_replacesThatToo() throws Exception {
        passesOrIsRefused("freplace of another program", "replacement", inTarget("replacement", "verdict"),
                "function 'verdict' of program target_program", program -> {
                    var replacement = program.function("replacement");
                    try (var other = Hits.load("target_program", "entry")) {
                        Attachment second = replacement.attach(new Replacement(other.function("entry"), "verdict"));
                        assertThat(action(other)).isEqualTo(XdpAction.DROP);
                        second.close();
                        assertThat(action(other)).isEqualTo(XdpAction.PASS);
                        assertThat(action(target)).isEqualTo(XdpAction.DROP);
                    }
                    program.attachments().getFirst().close();
                    assertThat(action(target)).isEqualTo(XdpAction.PASS);
                    assertThatThrownBy(() -> replacement.attach(Trace.loadedFor())).isInstanceOf(BpfException.class)
                            .hasMessageContaining("attach(new Replacement(");
                    replacement.attach(new Replacement(target.function("entry"), "verdict"));
                    assertThat(action(target)).isEqualTo(XdpAction.DROP);
                });
    }

    @Test
    void freplace_thatDoesNotFit_isRejected() {
        rejected(inTarget("misfit", "verdict"), "misfit() has 2 args while verdict() has 1 args");
        rejected(inTarget("replacement", "aside"), "Subprog aside doesn't exist");
        rejected(LoadOptions.defaults().enable("replacement").target("replacement", target.function("aside"), "twice"),
                "twice() is not a global function");
    }

    private static void rejected(LoadOptions options, String verifier) {
        var thrown = catchThrowableOfType(BpfException.class, () -> load(options).close());
        assertThat(thrown).hasMessageStartingWith("target_hooks: ").hasMessageNotContaining("\n");
        if (PROGRAMS) {
            assertThat(thrown).isInstanceOfSatisfying(VerifierException.class, e -> {
                assertThat(e.cause()).isEqualTo(VerifierException.Cause.TARGET);
                assertThat(e).hasMessageContaining("': " + verifier + "; ").hasMessageContaining("`__noinline`");
            });
        } else {
            assertThat(thrown).hasMessageContaining(" of program target_program");
        }
    }

    @Test
    void freplace_withNoProgram_saysWhatToCall() {
        assertThatThrownBy(() -> load(LoadOptions.defaults().enable("named_replacement")))
                .isInstanceOf(LoadException.class)
                .hasMessage(
                        "target_hooks: function 'named_replacement' is in section 'freplace/verdict', which does not"
                                + " say of which program it replaces a function; load it with"
                                + " LoadOptions.target(\"named_replacement\", BpfFunction, \"verdict\")");
    }

    @Test
    void function_thatTheTargetLacks_isNamedWithThatProgram() {
        assertThatThrownBy(() -> load(inTarget("replacement", "verdikt"))).isInstanceOf(LoadException.class)
                .hasMessage("target_hooks: function 'replacement' cannot be hooked to function 'verdikt' of program"
                        + " target_program: ENOENT (2, No such file or directory); there is no such function, or none"
                        + " that can be hooked");
    }

    @Test
    void target_thatIsClosed_isNotLoadedFor() {
        LoadOptions options = inTarget("on_entry", "entry");
        target.close();
        assertThatThrownBy(() -> load(options)).isInstanceOf(IllegalStateException.class)
                .hasMessage("program target_program is closed");
    }

    @Test
    void fentry_ofAProgram_runsWhenThatRuns() throws Exception {
        passesOrIsRefused("fentry of a program", "on_entry", inTarget("on_entry", "entry"),
                "function 'entry' of program target_program", countsRunsAs(Hits.own(3, 0, 0)));
    }

    @Test
    void fentry_ofASubprogram_runsWhenThatRuns() throws Exception {
        passesOrIsRefused("fentry of a program", "on_entry", inTarget("on_entry", "verdict"),
                "function 'verdict' of program target_program", countsRunsAs(Hits.own(3, 0, 0)));
    }

    @Test
    void fexit_ofAProgram_isToldWhatThatReturns() throws Exception {
        passesOrIsRefused("fexit of a program", "on_exit", inTarget("on_exit", "entry"),
                "function 'entry' of program target_program",
                countsRunsAs(Hits.own(4, 0, XDP_PASS)));
    }

    @Test
    void fentry_ofAKernelFunctionOfTheOptions_countsItsCalls() throws Exception {
        kernelFunction("fentry by option", "on_kernel_entry", Hits.own(5, 0, LENGTH));
    }

    /** Its section names another one. */
    @Test
    void fexit_ofAKernelFunctionOfTheOptions_countsThatAndNotWhatItsSectionNames() throws Exception {
        kernelFunction("fexit by option", "on_kernel_exit", Hits.own(6, 0, LENGTH));
    }

    @Test
    void attach_ofABareSection_saysThatItTakesTheTargetOfTheOptions() {
        var options = LoadOptions.defaults().enable("on_tracepoint").target("on_tracepoint", "task_rename")
                .attachNothing();
        try (var program = BpfProgram.load(Fixtures.path("live", "options_target"), options)) {
            BpfFunction function = program.function("on_tracepoint");
            assertThatThrownBy(function::attach).isInstanceOf(IllegalStateException.class)
                    .hasMessage("options_target: function 'on_tracepoint' is in section 'tp_btf', which does not say to"
                            + " what it is hooked; call attach(Trace.loadedFor())");
            Events.rename();
            assertThat(program.variable("hits", int.class).get()).isZero();
            function.attach(Trace.loadedFor());
            Events.rename();
            assertThat(program.variable("hits", int.class).get()).isPositive();
        }
    }

    private static void kernelFunction(String kind, String function, Hit hit) throws Exception {
        var options = LoadOptions.defaults().enable(function).target(function, "comm_write");
        passesOrIsRefused(kind, KERNEL, function, options, "the kernel's 'comm_write'", program -> {
            Hits.times(5, Events::rename);
            program.attachments().getFirst().close();
            Events.rename();
            assertThat(Hits.of(program)).isEqualTo(Map.of(hit, 5L));
            program.function(function).attach(Trace.loadedFor());
            Events.rename();
            assertThat(Hits.of(program)).isEqualTo(Map.of(hit, 6L));
        });
    }

    /** What a test does with a program that is loaded and hooked. */
    private interface Use {
        void of(BpfProgram program) throws Exception;
    }

    private Use countsRunsAs(Hit hit) {
        return program -> {
            Hits.times(5, () -> assertThat(action(target)).isEqualTo(XdpAction.PASS));
            Attachment attachment = program.attachments().getFirst();
            attachment.close();
            action(target);
            assertThat(Hits.of(program)).isEqualTo(Map.of(hit, 5L));
            assertThatThrownBy(() -> program.function(attachment.function().name()).attach(Trace.loadedFor()))
                    .isInstanceOf(BpfException.class).hasMessageContaining("hooked but once, load it again");
        };
    }

    private void passesOrIsRefused(String kind, String function, LoadOptions options, String where, Use use)
            throws Exception {
        assertThat(action(target)).as("before anything is loaded for it").isEqualTo(XdpAction.PASS);
        passesOrIsRefused(kind, PROGRAMS, function, options, where, use);
        assertThat(action(target)).as("after that is closed or refused").isEqualTo(XdpAction.PASS);
    }

    private static void passesOrIsRefused(String kind, boolean possible, String function, LoadOptions options,
            String where, Use use) throws Exception {
        if (possible) {
            AttachReport.passes(kind, () -> {
                try (var program = load(options)) {
                    assertThat(program.attached()).map(FunctionSpec::name).containsExactly(function);
                    use.of(program);
                }
            });
            return;
        }
        var refused = AttachReport.refused(kind, BpfException.class, () -> load(options).close());
        assertThat(refused).hasMessageStartingWith("target_hooks: ").hasMessageContaining("function '" + function + "'")
                .hasMessageContaining(where).hasMessageNotContaining("\n");
        assertThat(refused.errno()).isPresent();
    }

    private LoadOptions inTarget(String function, String name) {
        return LoadOptions.defaults().enable(function).target(function, target.function("entry"), name);
    }

    private static BpfProgram load(LoadOptions options) {
        return BpfProgram.load(Fixtures.path("live", "target_hooks"), options);
    }

    private static XdpAction action(BpfProgram program) {
        return program.function("entry").testRun(PACKET).xdpAction().orElseThrow();
    }
}
