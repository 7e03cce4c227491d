package im.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import im.netlib.Backoff;
import im.netlib.LargeFiles;
import org.junit.jupiter.api.Test;

/** What Maven's modules cannot say. */
class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(
                    "im.netlib",
                    "im.server",
                    "im.db",
                    "im.file",
                    "im.msg",
                    "im.route",
                    "im.login",
                    "im.client",
                    "im.embeddeddb",
                    "im.launcher");

    private static void check(ArchRule rule) {
        rule.check(OURS);
    }

    @Test
    void serversMeetOnlyOnTheWire() {
        String[] servers = {"im.db..", "im.file..", "im.msg..", "im.route..", "im.login..", "im.client.."};
        for (String server : servers) {
            for (String other : servers) {
                if (!server.equals(other)) {
                    check(noClasses()
                            .that()
                            .resideInAPackage(server)
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage(other));
                }
            }
        }
    }

    @Test
    void channelsAndMessagesStopBeforeTheDomains() {
        check(noClasses()
                .that()
                .resideInAnyPackage("im.msg.domain..", "im.db.domain..", "im.route.domain..", "im.login.domain..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.netty..", "im.proto..", "im.netlib..", "com.google.protobuf..")
                                // Plain values.
                                .and(not(type(Backoff.class)))
                                .and(not(type(LargeFiles.class)))));
        check(noClasses()
                .that()
                .resideInAnyPackage("im.file.transfer..", "im.file.records..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "im.proto..", "io.netty.handler..", "io.netty.bootstrap..", "com.google.protobuf.."));
        check(noClasses()
                .that()
                .resideInAnyPackage("im.file.transfer..", "im.file.records..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("im.netlib.Connection"));
    }

    @Test
    void domainsDoNotKnowTheirAdapters() {
        check(noClasses()
                .that()
                .resideInAnyPackage("im.file.transfer..", "im.file.records..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("im.file.store..", "im.file.s3..", "im.file.client..", "im.file.internal.."));
        check(noClasses()
                .that()
                .resideInAPackage("im.msg.domain..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("im.msg.session..", "im.msg.upstream.."));
        check(noClasses()
                .that()
                .resideInAPackage("im.db.domain..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("im.db.mysql..", "im.db.link.."));
    }

    @Test
    void sqlStaysInItsPackage() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("im.db.mysql..", "im.embeddeddb..", "im.testkit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.jdbi..", "com.zaxxer..", "org.flywaydb.."));
    }

    @Test
    void theS3SdkStaysInItsPackage() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("im.file.s3..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.."));
    }

    @Test
    void packagesOfAModuleFormNoCycles() {
        for (String module : new String[] {"file", "msg", "db", "route", "login", "client"}) {
            check(slices().matching("im." + module + ".(*)..").should().beFreeOfCycles());
        }
    }

    @Test
    void nothingStaticChanges() {
        check(classes().should(new ArchCondition<>("have only final static fields") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getFields().stream()
                        .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                        .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL))
                        .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .forEach(field ->
                                events.add(SimpleConditionEvent.violated(field, field.getFullName() + " can change")));
            }
        }));
    }
}
