package io.weir.arch;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
    private static final JavaClasses PRODUCTION = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("io.weir");

    private static final String SNAPSHOT = "io.weir.core.snapshot.Snapshot";

    /** Each module and the modules that it may use. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            entry("core", Set.of()),
            entry("net", Set.of("core")),
            entry("l4", Set.of("net", "core")),
            entry("l7", Set.of("net", "core")),
            entry("health", Set.of("net", "core")),
            entry("daemon", Set.of("l4", "l7", "health", "net", "core")),
            entry("cli", Set.of("daemon", "core")));

    private static final String[] PURE = Stream
        .of("core.model", "core.zone", "core.health", "core.balance", "core.route", "core.limit", "core.snapshot", "daemon.explain")
        .map(name -> "io.weir." + name + "..")
        .toArray(String[]::new);

    static Stream<String> modules() {
        return ARROWS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aModuleUsesOnlyTheModulesThatItsArrowsReach(String module) {
        Set<String> allowed = ARROWS.getOrDefault(module, Set.of());
        String[] forbidden = modules().filter(other -> !other.equals(module) && !allowed.contains(other))
            .map(other -> "io.weir." + other + "..")
            .toArray(String[]::new);
        check(noClasses().that()
            .resideInAPackage("io.weir." + module + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(forbidden)
            .because("architecture: modules meet in types of lb-core and are wired by lb-daemon"));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void thePackagesOfAModuleHaveNoCycles(String module) {
        slices().assignedFrom(new PackagesOf(module)).should().beFreeOfCycles().allowEmptyShould(true).check(PRODUCTION);
    }

    @Test
    void whatDecidesKnowsNoSocketsFilesLoggersOrNetty() {
        var outside = resideInAnyPackage("io.netty..", "org.slf4j..", "java.util.logging..", "java.nio.channels..",
                "java.net.http..");
        var edge = nameMatching("java\\.net\\.(Server|Datagram|Multicast)?Socket|java\\.nio\\.file\\.Files");
        check(noClasses().that().resideInAnyPackage(PURE).should().dependOnClassesThat(outside.or(edge)));
    }

    @Test
    void whatDecidesIsGivenTheTime() {
        DescribedPredicate<AccessTarget> clock = DescribedPredicate.describe("a clock of java.time",
                method -> method.getOwner().getPackageName().equals("java.time") && method.getName().equals("now"));
        check(noClasses().that()
            .resideInAnyPackage(PURE)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethodWhere(target(clock)));
    }

    @Test
    void coreKnowsNoNetty() {
        check(noClasses().that().resideInAPackage("io.weir.core..").should().dependOnClassesThat().resideInAPackage("io.netty.."));
    }

    @Test
    void aClientCommandStartsWithoutNettyAndTheDaemon() {
        check(noClasses().that().resideInAPackage("io.weir.cli..").should().dependOnClassesThat().resideInAPackage("io.netty.."));
        check(noClasses().that()
            .resideInAnyPackage("io.weir.cli.client..", "io.weir.cli.output..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.weir.daemon.."));
    }

    @Test
    void onlyThePublisherHoldsAMutableReferenceToASnapshot() {
        check(classes().that()
            .doNotHaveFullyQualifiedName("io.weir.core.snapshot.SnapshotPublisher")
            .should(new ArchCondition<JavaClass>("hold no mutable reference to a Snapshot") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    type.getFields()
                        .stream()
                        .filter(ArchitectureTest::holdsASnapshotMutably)
                        .forEach(
                                field -> events.add(SimpleConditionEvent.violated(field, field.getDescription() + " can be changed")));
                }
            }));
    }

    @Test
    void aNameSaysTheJob() {
        check(noClasses().that()
            .doNotHaveModifier(JavaModifier.SYNTHETIC)
            .should()
            .haveNameMatching(".*(Impl|Util|Utils|Helper|Helpers|Manager)"));
    }

    @Test
    void onlyTheCommandEndsTheProcess() {
        check(noClasses().that()
            .resideOutsideOfPackage("io.weir.cli..")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class));
    }

    @Test
    void everyModuleIsSeen() {
        assertThat(modules()).allSatisfy(
                module -> assertThat(PRODUCTION.that(resideInAPackage("io.weir." + module + "..")).isEmpty()).as(module).isFalse());
    }

    private static boolean holdsASnapshotMutably(JavaField field) {
        boolean mutableItself = field.getRawType().getName().equals(SNAPSHOT) && !field.getModifiers().contains(JavaModifier.FINAL);
        boolean box = simpleNameEndingWith("Reference").test(field.getRawType());
        return mutableItself || (box && field.getAllInvolvedRawTypes().stream().anyMatch(type -> type.getName().equals(SNAPSHOT)));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(PRODUCTION);
    }

    /** Each package a slice, the module's root package too, which ArchUnit's own patterns leave out. */
    private record PackagesOf(String module) implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            boolean inside = (name + ".").startsWith("io.weir." + module + ".");
            return inside ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "the packages of " + module;
        }
    }
}
