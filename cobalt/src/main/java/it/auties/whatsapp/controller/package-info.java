/**
 * Our part of Cobalt's controller package.
 *
 * <p>Each of our classes is null-marked by itself: the package is Cobalt's, whose classes are not.
 */
package it.auties.whatsapp.controller;
