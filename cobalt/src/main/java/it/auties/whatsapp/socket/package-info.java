/**
 * Our part of Cobalt's socket package: what stands in place of Cobalt's own transport, and the door to its nodes.
 *
 * <p>Each of our classes is null-marked by itself: the package is Cobalt's, whose classes are not.
 */
package it.auties.whatsapp.socket;
