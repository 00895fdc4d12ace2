package dev.merpati.cobalt.patch;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.function.BiConsumer;

/**
 * A call in Cobalt's code that is replaced.
 *
 * @param type the class that holds the call, without the package prefix {@code it.auties.whatsapp}
 * @param method the method that holds it
 * @param callee the called method, {@code Class.method}, the class by its simple name
 * @param times how often the call stands there; the build fails when it is another number
 * @param replacement writes the code in its place, with the call's receiver and arguments on the stack
 * @param reason what goes wrong without
 */
record CallSite(
        String type,
        String method,
        String callee,
        int times,
        BiConsumer<CodeBuilder, InvokeInstruction> replacement,
        String reason) {

    boolean isIn(String internalName, String methodName) {
        return internalName.equals(Cobalt.internalName(type)) && methodName.equals(method);
    }

    boolean matches(InvokeInstruction call) {
        var owner = call.owner().asInternalName();
        return callee.equals(
                owner.substring(owner.lastIndexOf('/') + 1) + "." + call.name().stringValue());
    }

    @Override
    public String toString() {
        return type + "." + method + " -> " + callee;
    }
}
