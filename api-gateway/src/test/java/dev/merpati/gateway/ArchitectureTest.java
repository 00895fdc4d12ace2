package dev.merpati.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses GATEWAY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.merpati.gateway");

    @Test
    void knowsOfTheOtherModulesOnlyWhatIsShared() {
        assertThat(GATEWAY).isNotEmpty();
        classes()
                .that()
                .resideInAPackage("dev.merpati.gateway..")
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.describe(
                        "are no other module's",
                        type -> !type.getPackageName().startsWith("dev.merpati.")
                                || type.getPackageName().startsWith("dev.merpati.gateway")
                                || type.getPackageName().startsWith("dev.merpati.model")
                                || type.getPackageName().startsWith("dev.merpati.clients")
                                || type.getPackageName().equals("dev.merpati.media")))
                .check(GATEWAY);
    }

    @Test
    void hasNoCyclesBetweenItsPackages() {
        slices().matching("dev.merpati.gateway.(*)..").should().beFreeOfCycles().check(GATEWAY);
    }

    @Test
    void keepsRedisAndKafkaOutOfControllersAndFilters() {
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Controller")
                .or()
                .haveSimpleNameEndingWith("Filter")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.data.redis..", "org.springframework.kafka..", "io.lettuce..")
                .check(GATEWAY);
    }

    @Test
    void leavesKafkaToThePackagesForIt() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.merpati.gateway.command", "dev.merpati.gateway.health")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.kafka..", "org.apache.kafka..")
                .check(GATEWAY);
    }
}
