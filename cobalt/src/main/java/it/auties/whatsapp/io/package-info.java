/**
 * Our part of Cobalt's package of the binary form of nodes.
 *
 * <p>Each of our classes is null-marked by itself: the package is Cobalt's, whose classes are not.
 */
package it.auties.whatsapp.io;
