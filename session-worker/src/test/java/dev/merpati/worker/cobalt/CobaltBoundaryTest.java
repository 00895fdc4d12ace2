package dev.merpati.worker.cobalt;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Another library could stand behind {@code dev.merpati.worker.whatsapp}: nobody else knows which one does. */
class CobaltBoundaryTest {
    private static final JavaClasses WORKER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.merpati.worker");

    @Test
    void onlyThesePackagesKnowCobalt() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.merpati.worker.cobalt..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("it.auties..")
                .check(WORKER);
    }

    @Test
    void thesePackagesKnowNothingOfTheWorkerButTheInterface() {
        noClasses()
                .that()
                .resideInAPackage("dev.merpati.worker.cobalt..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.merpati.worker.connection..",
                        "dev.merpati.worker.consumer..",
                        "dev.merpati.worker.fencing..",
                        "dev.merpati.worker.session..",
                        "dev.merpati.worker.settings..",
                        "dev.merpati.worker.shard..",
                        "dev.merpati.worker.store..")
                .check(WORKER);
    }

    /** Noise, the binary form and the requests: what else would have to change with another library is data. */
    @Test
    void onlyTheEngineKnowsHowStanzasTravel() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.merpati.worker.cobalt.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("it.auties.whatsapp.socket..", "it.auties.whatsapp.io..")
                .check(WORKER);
    }

    @Test
    void onlyTheKeysKnowHowMessagesAreEncrypted() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.merpati.worker.cobalt.keys..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("it.auties.whatsapp.crypto..")
                .check(WORKER);
    }
}
